#include "runtime/base/clock.h"

#include <chrono>

#include "absl/time/clock.h"

namespace triad {
namespace {

class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
  absl::Duration Steady() const override {
    return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
  }
};

}  // namespace

absl::Time Clock::NowMicros() const { return absl::FromUnixMicros(absl::ToUnixMicros(Now())); }

// Never destroyed: what ends after main, as the log does, still asks it.
const Clock& Clock::System() {
  static const auto* const clock = new SystemClock();
  return *clock;
}

}  // namespace triad
