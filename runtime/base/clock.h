// The current time, injected so that tests can move it.
#pragma once

#include "absl/time/time.h"

namespace triad {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock time; may step backwards.
  virtual absl::Time Now() const = 0;
  // The same in whole microseconds, as databases keep it: so the answer to a write
  // and a later read agree.
  absl::Time NowMicros() const;

  // The system's clock. Lives as long as the process.
  static const Clock& System();
};

}  // namespace triad
