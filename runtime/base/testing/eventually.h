// Waiting for what another thread or process does.
#pragma once

#include <chrono>
#include <functional>
#include <thread>

#include "absl/time/time.h"
#include "runtime/base/elapsed.h"

namespace triad {

// Asks `condition` until it is true. False if it is not within `patience`, which
// is long enough for a loaded machine; nothing waits that long when all is well.
inline bool Eventually(const std::function<bool()>& condition,
                       absl::Duration patience = absl::Seconds(60)) {
  constexpr std::chrono::milliseconds kPause{5};
  Countdown countdown(patience);
  while (!condition()) {
    if (countdown.over()) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

}  // namespace triad
