#include "runtime/base/testing/fake_clock.h"

namespace triad {

FakeClock::FakeClock(absl::Time now) : now_(now) {}

absl::Time FakeClock::Now() const {
  MutexLock lock(mutex_);
  return now_;
}

void FakeClock::Set(absl::Time now) {
  MutexLock lock(mutex_);
  now_ = now;
}

void FakeClock::Advance(absl::Duration step) {
  MutexLock lock(mutex_);
  now_ += step;
}

}  // namespace triad
