// Elapsed time, on the steady clock: setting the machine's clock changes nothing.
// What a person or a database reads as a time of day comes from a Clock instead.
#pragma once

#include <algorithm>
#include <chrono>

#include "absl/time/time.h"

namespace triad {

// Runs from when it is made.
class Stopwatch {
 public:
  absl::Duration elapsed() const {
    return absl::FromChrono(std::chrono::steady_clock::now() - begin_);
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// What is left of a time that was given.
class Countdown {
 public:
  explicit Countdown(absl::Duration timeout) : timeout_(timeout) {}

  // Never negative.
  absl::Duration left() const {
    return std::max(timeout_ - watch_.elapsed(), absl::ZeroDuration());
  }
  bool over() const { return watch_.elapsed() >= timeout_; }

 private:
  absl::Duration timeout_;
  Stopwatch watch_;
};

}  // namespace triad
