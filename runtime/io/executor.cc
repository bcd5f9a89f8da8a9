#include "runtime/io/executor.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad {
namespace {

// Linux keeps 15 characters; the number matters more than the end of the name.
void NameThread(std::thread& thread, const std::string& name, std::size_t number) {
  std::string suffix = absl::StrCat("-", number);
  pthread_setname_np(thread.native_handle(), (name.substr(0, 15 - suffix.size()) + suffix).c_str());
}

// At least one, and less than all if there is more than one.
std::size_t ThreeQuartersOf(std::size_t count) {
  return count < 2 ? count : count - std::max<std::size_t>(1, count / 4);
}

}  // namespace

Executor::Queue* Executor::NextQueue() {
  bool read = reads_.HasRunnable();
  bool write = writes_.HasRunnable();
  if (read && write) {
    read = reads_.waiting.front().number < writes_.waiting.front().number;
  }
  if (read) return &reads_;
  return write ? &writes_ : nullptr;
}

Executor::Queue* Executor::AwaitNextQueue(Sleeper& self) {
  while (true) {
    Queue* queue = NextQueue();
    if (queue != nullptr) return queue;
    if (closing_ && reads_.waiting.empty() && writes_.waiting.empty()) return nullptr;
    asleep_.push_back(&self);
    self.woken = false;
    while (!self.woken) self.wake.Wait(mutex_);
  }
}

void Executor::Run(Sleeper& self) {
  MutexLock lock(mutex_);
  while (Queue* queue = AwaitNextQueue(self)) {
    Task task = std::move(queue->waiting.front().task);
    queue->waiting.pop_front();
    ++queue->running;
    mutex_.Unlock();
    task();
    task = nullptr;  // what it holds may ask for the lock
    mutex_.Lock();
    --queue->running;
  }
  // Those who wait have nothing to wait for any more.
  WakeAll();
}

void Executor::WakeAll() {
  for (Sleeper* sleeper : asleep_) {
    sleeper->woken = true;
    sleeper->wake.NotifyOne();
  }
  asleep_.clear();
}

Executor::Executor(ExecutorOptions options) : options_(std::move(options)) {
  std::size_t count = std::max<std::size_t>(1, options_.threads);
  {
    MutexLock lock(mutex_);
    reads_.max_running = count;
    reads_.max_waiting = options_.queue;
    writes_.max_running = ThreeQuartersOf(count);
    writes_.max_waiting = queue_limit(Lane::kWrite);
  }
  threads_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    threads_.emplace_back([this, &self = sleepers_.emplace_back()] { Run(self); });
    NameThread(threads_.back(), options_.name, i);
  }
}

Executor::~Executor() {
  {
    MutexLock lock(mutex_);
    closing_ = true;
    WakeAll();
  }
  for (std::thread& thread : threads_) thread.join();
}

void Executor::Push(Queue& queue, Task task) {
  queue.waiting.push_back({arrivals_++, std::move(task)});
  // A write that has to wait for others begins when one of them ends, on its thread.
  if (asleep_.empty() || !queue.HasRunnable()) return;
  Sleeper* sleeper = asleep_.back();
  asleep_.pop_back();
  sleeper->woken = true;
  sleeper->wake.NotifyOne();
}

absl::Status Executor::Submit(Task task, Lane lane) {
  MutexLock lock(mutex_);
  Queue& queue = QueueOf(lane);
  std::size_t all = reads_.waiting.size() + writes_.waiting.size();
  if (all >= options_.queue || queue.waiting.size() >= queue.max_waiting) return Full();
  Push(queue, std::move(task));
  return absl::OkStatus();
}

void Executor::Continue(Task task, Lane lane) {
  MutexLock lock(mutex_);
  Push(QueueOf(lane), std::move(task));
}

absl::Status Executor::Full() const {
  return WithRetryDelay(
      absl::UnavailableError(absl::StrCat("the ", options_.name, " queue is full (", options_.queue,
                                          " tasks): try again later")),
      absl::Seconds(1));
}

std::size_t Executor::queue_limit(Lane lane) const {
  return lane == Lane::kRead ? options_.queue : ThreeQuartersOf(options_.queue);
}

std::size_t Executor::queued() const {
  MutexLock lock(mutex_);
  return reads_.waiting.size() + writes_.waiting.size();
}

}  // namespace triad
