// Notices that a service takes nothing of what waits for it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>

#include "absl/time/time.h"
#include "runtime/io/weak_ptr.h"

namespace triad::gateway {

// Runs `stalled` when it was started and nothing has moved for as long as `limit`. Belongs to its
// loop's thread; nothing runs once it is destroyed.
class StallGuard {
 public:
  StallGuard(boost::asio::io_context& context, absl::Duration limit, std::function<void()> stalled);
  StallGuard(const StallGuard&) = delete;
  StallGuard& operator=(const StallGuard&) = delete;

  // Something waits from now on.
  void Start();
  // If something waits, its time begins anew.
  void OnMoved();
  // Nothing waits.
  void Stop();

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr Clock::time_point kNever = Clock::time_point::max();

  void Arm();
  void Look();

  const Clock::duration limit_;
  const std::function<void()> stalled_;
  // It runs on while nothing waits, and looks then: to start and to stop costs no system call.
  boost::asio::steady_timer timer_;
  bool armed_ = false;
  Clock::time_point deadline_ = kNever;
  WeakPtrFactory<StallGuard> weak_factory_{this};
};

}  // namespace triad::gateway
