// Elapsed time, on the steady clock: setting the machine's clock changes nothing.
// What a person or a database reads as a time of day is Clock::Now.
#pragma once

#include <algorithm>

#include "absl/time/time.h"
#include "runtime/base/clock.h"

namespace triad {

// Runs from when it is made.
class Stopwatch {
 public:
  // `clock` must outlive it.
  explicit Stopwatch(const Clock& clock = Clock::System())
      : clock_(&clock), begin_(clock.Steady()) {}

  absl::Duration elapsed() const { return clock_->Steady() - begin_; }

 private:
  const Clock* clock_;
  absl::Duration begin_;
};

// What is left of a time that was given.
class Countdown {
 public:
  // InfiniteDuration is never over. `clock` must outlive it.
  explicit Countdown(absl::Duration timeout, const Clock& clock = Clock::System())
      : timeout_(timeout), watch_(clock) {}

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
