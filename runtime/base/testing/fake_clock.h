// A clock that tests move.
#pragma once

#include "absl/time/time.h"
#include "runtime/base/clock.h"
#include "runtime/base/mutex.h"

namespace triad {

// Stands still until told otherwise. Thread-safe.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(absl::Time now = absl::FromUnixSeconds(1'700'000'000),
                     absl::Duration steady = absl::Hours(1));

  absl::Time Now() const override;
  absl::Duration Steady() const override;
  // Somebody sets the machine's clock, forward or back: no time passes.
  void Set(absl::Time now);
  // Time passes, on both clocks.
  void Advance(absl::Duration passed);

 private:
  mutable Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_);
  absl::Duration steady_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad
