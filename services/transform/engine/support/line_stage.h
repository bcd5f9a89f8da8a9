// An operation that looks at one line after the other.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/operation.h"
#include "services/transform/engine/support/lines.h"

namespace triad::transform {

// Holds a line until it is whole, in memory that is counted.
class LineStage : public Stage {
 public:
  absl::Status Take(absl::string_view piece, Output& output) final;
  absl::Status Finish(Output& output) final;

 private:
  // What BadInput says gets the number of the line.
  virtual absl::Status TakeLine(const Line& line, Output& output) = 0;
  // After the last line.
  virtual absl::Status End(Output&) { return absl::OkStatus(); }

  absl::Status Pass(absl::string_view line, Output& output);
  absl::Status Keep(absl::string_view part, Output& output);

  std::string cut_;  // a line whose end has not come yet
  std::size_t held_ = 0;
  std::size_t lines_ = 0;
};

}  // namespace triad::transform
