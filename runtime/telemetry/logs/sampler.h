// Which of many alike lines are written.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/time/time.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/mutex.h"

namespace triad::log {

// Lets some lines of a kind through in each period, so that what goes wrong for everybody
// at once does not drown everything else. Thread-safe.
class Sampler {
 public:
  // `clock` must outlive it.
  Sampler(int limit, absl::Duration period, const Clock& clock = Clock::System())
      : limit_(limit), period_(period), clock_(clock), current_(period, clock) {}

  // How many lines were held back since the last one that was let through, if this one is;
  // nothing if it is held back too.
  std::optional<std::int64_t> Admit() {
    MutexLock lock(mutex_);
    if (current_.over()) {
      current_ = Countdown(period_, clock_);
      admitted_ = 0;
    }
    if (admitted_ >= limit_) {
      ++held_back_;
      return std::nullopt;
    }
    ++admitted_;
    return std::exchange(held_back_, 0);
  }

 private:
  const int limit_;
  const absl::Duration period_;
  const Clock& clock_;
  Mutex mutex_;
  Countdown current_ ABSL_GUARDED_BY(mutex_);
  int admitted_ ABSL_GUARDED_BY(mutex_) = 0;
  std::int64_t held_back_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace triad::log
