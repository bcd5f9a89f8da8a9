#include "runtime/base/testing/fake_clock.h"

namespace triad {

FakeClock::FakeClock(absl::Time now, absl::Duration steady) : now_(now), steady_(steady) {}

absl::Time FakeClock::Now() const {
  MutexLock lock(mutex_);
  return now_;
}

absl::Duration FakeClock::Steady() const {
  MutexLock lock(mutex_);
  return steady_;
}

void FakeClock::Set(absl::Time now) {
  MutexLock lock(mutex_);
  now_ = now;
}

void FakeClock::Advance(absl::Duration passed) {
  MutexLock lock(mutex_);
  now_ += passed;
  steady_ += passed;
}

}  // namespace triad
