// Things on their way out of the process, sent by a thread of their own.
//
//   Add ─▶ bounded queue ─▶ batch, when full or after a delay ─▶ deliver
//
// Whoever adds never waits: what finds the queue full is refused. At the end of
// the process, what is left has a bounded time to leave.
#pragma once

#include <pthread.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/mutex.h"

namespace triad {

struct OutboxOptions {
  std::string thread = {};     // its name, 15 characters
  std::size_t capacity = 100;  // items that may wait
  std::size_t batch = 1;       // most of them delivered together
  absl::Duration delay = {};   // how long the first of a batch waits for others
  // At the end, how long deliveries may go on.
  absl::Duration flush_timeout = absl::Seconds(3);
};

// Thread-safe.
template <typename Item>
class Outbox {
 public:
  // Called on the outbox's thread, with one batch at a time. It asks Remaining
  // and waits by Pause.
  using Deliver = std::function<void(std::vector<Item> batch)>;

  Outbox(OutboxOptions options, Deliver deliver)
      : options_(std::move(options)), deliver_(std::move(deliver)), thread_([this] { Run(); }) {
    pthread_setname_np(thread_.native_handle(), options_.thread.c_str());
  }
  // Delivers what is left within flush_timeout; the rest is delivered with
  // nothing Remaining, so that it can be counted.
  ~Outbox() {
    Close();
    thread_.join();
  }
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  // False, without keeping the item, if the queue is full.
  bool Add(Item item) {
    MutexLock lock(mutex_);
    if (queue_.size() >= options_.capacity) return false;
    queue_.push_back(std::move(item));
    if (queue_.size() == 1 || queue_.size() == options_.batch) changed_.NotifyAll();
    return true;
  }

  // For a process that is about to end without destructors: sends what there is,
  // for `timeout` at most. Does nothing on the outbox's own thread.
  void Flush(absl::Duration timeout) {
    if (std::this_thread::get_id() == thread_.get_id()) return;
    Close();
    WaitUntilSent(timeout);
  }

  // Waits until all that there is has been delivered, for `timeout` at most. Not for
  // the outbox's own thread.
  void WaitUntilSent(absl::Duration timeout) {
    Countdown patience(timeout);
    MutexLock lock(mutex_);
    while ((!queue_.empty() || delivering_) && !patience.over()) {
      changed_.WaitFor(mutex_, patience.left());
    }
  }

  std::size_t size() const {
    MutexLock lock(mutex_);
    return queue_.size();
  }

  // For `deliver`: how long it may still take; infinite until the end has begun.
  absl::Duration Remaining() const {
    MutexLock lock(mutex_);
    return closing() ? give_up_->left() : absl::InfiniteDuration();
  }
  // For `deliver`: waits for `duration`, or until the end begins.
  void Pause(absl::Duration duration) {
    Countdown pause(duration);
    MutexLock lock(mutex_);
    while (!closing() && !pause.over()) changed_.WaitFor(mutex_, pause.left());
  }

 private:
  bool closing() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return give_up_.has_value(); }

  void Close() {
    MutexLock lock(mutex_);
    if (!closing()) give_up_.emplace(options_.flush_timeout);
    changed_.NotifyAll();
  }

  void Run() {
    for (std::vector<Item> batch = Take(); !batch.empty(); batch = Take()) {
      deliver_(std::move(batch));
      MutexLock lock(mutex_);
      delivering_ = false;
      changed_.NotifyAll();
    }
  }

  // Empty once nothing will come any more.
  std::vector<Item> Take() {
    MutexLock lock(mutex_);
    while (queue_.empty() && !closing()) changed_.Wait(mutex_);
    Countdown delay(options_.delay);
    while (queue_.size() < options_.batch && !closing() && !delay.over()) {
      changed_.WaitFor(mutex_, delay.left());
    }
    const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), options_.batch));
    const auto end = queue_.begin() + count;
    std::vector<Item> batch(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
    delivering_ = !batch.empty();
    return batch;
  }

  const OutboxOptions options_;
  const Deliver deliver_;
  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<Item> queue_ ABSL_GUARDED_BY(mutex_);
  bool delivering_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<Countdown> give_up_ ABSL_GUARDED_BY(mutex_);  // set once the end has begun
  std::thread thread_;                                        // last: it uses the rest
};

}  // namespace triad
