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

  // The system's clock. Lives as long as the process.
  static const Clock& System();
};

}  // namespace triad
