// A clock that tests move.
#pragma once

#include "absl/time/time.h"
#include "runtime/base/clock.h"
#include "runtime/base/mutex.h"

namespace triad {

// Stands still until told otherwise. Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1'700'000'000));

  absl::Time Now() const override;
  void Set(absl::Time now);
  // `step` may be negative: wall clocks go backwards too.
  void Advance(absl::Duration step);

 private:
  mutable Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad
