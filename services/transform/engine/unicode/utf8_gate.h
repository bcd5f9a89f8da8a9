// Text that comes in pieces: whole characters go on, what is cut waits for its rest.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad::transform {

// What becomes of bytes that are not UTF-8: an error that names the first, or U+FFFD for each
// maximal part of a character (Unicode 15, section 3.9).
enum class InvalidText { kError, kReplace };

// Not thread-safe.
class Utf8Gate {
 public:
  // What takes the characters; an error of it ends the gate.
  using Next = std::function<absl::Status(absl::string_view text)>;

  Utf8Gate(InvalidText invalid, Next next) : invalid_(invalid), next_(std::move(next)) {}

  absl::Status Take(absl::string_view bytes);
  // What is cut and gets no rest is not UTF-8.
  absl::Status Finish();

 private:
  absl::Status Pass(absl::string_view bytes, bool last);

  const InvalidText invalid_;
  const Next next_;
  std::string cut_;        // the beginning of a character
  std::size_t begin_ = 0;  // bytes before it
};

}  // namespace triad::transform
