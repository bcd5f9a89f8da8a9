// What time it is and how much of it has passed, injected so that tests can move both.
#pragma once

#include "absl/time/time.h"

namespace triad {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock time, for people and databases; may step backwards.
  virtual absl::Time Now() const = 0;
  // Time since some moment before the process began. It never steps, whatever is done
  // to the machine's clock: what decides how long something takes or waits. Mostly asked
  // through a Stopwatch or a Countdown (elapsed.h).
  virtual absl::Duration Steady() const = 0;
  // The same in whole microseconds, as databases keep it: so the answer to a write
  // and a later read agree.
  absl::Time NowMicros() const;

  // The system's clock. Lives as long as the process.
  static const Clock& System();
};

}  // namespace triad
