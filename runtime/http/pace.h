// Whether a client keeps up a least rate.
#pragma once

#include <chrono>
#include <cstddef>

namespace triad::http {

// A client is waited for at most `window` for each `quota` bytes. While nobody waits
// for it, as when the service is slower, its time stands still. So it is the average
// that counts: a byte now and then is too slow, a pause between fast bytes is not.
// Not thread-safe.
class Pace {
 public:
  using Clock = std::chrono::steady_clock;

  Pace(Clock::duration window, std::size_t quota) : window_(window), quota_(quota), left_(window) {}

  // The client is waited for.
  void Resume() {
    if (deadline_ == kNever) deadline_ = Clock::now() + left_;
  }
  // It is not any more.
  void Pause() {
    if (deadline_ == kNever) return;
    left_ = deadline_ - Clock::now();
    deadline_ = kNever;
  }
  void Count(std::size_t bytes) {
    counted_ += bytes;
    if (counted_ < quota_) return;
    counted_ = 0;
    left_ = window_;
    if (deadline_ != kNever) deadline_ = Clock::now() + window_;
  }
  // When it is too slow; never while nobody waits for it.
  Clock::time_point deadline() const { return deadline_; }

 private:
  static constexpr Clock::time_point kNever = Clock::time_point::max();

  Clock::duration window_;
  std::size_t quota_;
  Clock::duration left_;
  std::size_t counted_ = 0;
  Clock::time_point deadline_ = kNever;
};

}  // namespace triad::http
