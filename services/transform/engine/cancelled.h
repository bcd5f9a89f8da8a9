// Work that is given up when nobody wants its result any more.
#pragma once

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace triad::transform {

// Whether the result is not wanted any more. Asked now and then by what may take long,
// which then ends with CANCELLED.
using Cancelled = absl::FunctionRef<bool()>;

inline bool NeverCancelled() { return false; }

// Asks each time that so many bytes more are done. Not thread-safe.
class Checkpoint {
 public:
  explicit Checkpoint(Cancelled cancelled) : cancelled_(cancelled) {}

  // `done` bytes of the work are done; each time at least as many as before.
  absl::Status Reached(std::size_t done) {
    if (done < next_) return absl::OkStatus();
    next_ = done + kBytes;
    return cancelled_() ? absl::CancelledError("the caller went away") : absl::OkStatus();
  }

 private:
  static constexpr std::size_t kBytes = 64 * 1024;

  const Cancelled cancelled_;
  std::size_t next_ = kBytes;
};

}  // namespace triad::transform
