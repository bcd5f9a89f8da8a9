// What makes one text of another, line by line.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/output.h"

namespace triad::transform {

struct LineEdit {
  enum class Kind { kKeep, kRemove, kAdd };
  Kind kind = Kind::kKeep;
  absl::string_view line;  // with its end
};

// As few edits as can be (E. Myers, An O(ND) Difference Algorithm, 1986), in the order of the
// lines. BadInput if the texts differ in more than 2,000 lines; and what `output` fails with, in
// whose memory it works. The lines are of `from` and `to`.
absl::StatusOr<std::vector<LineEdit>> EditsBetween(absl::string_view from, absl::string_view to,
                                                   Output& output);

}  // namespace triad::transform
