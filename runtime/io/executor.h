// A fixed set of threads for work that blocks: databases, disks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "runtime/base/mutex.h"

namespace triad {

struct ExecutorOptions {
  // Name of the threads and of the metrics' label.
  std::string name = "executor";
  // Threads. Work here waits more than it computes.
  std::size_t threads = 32;
  // Tasks that may wait. One more is refused.
  std::size_t queue = 4096;
};

// What a task waits for. Writes wait for a disk to sync, which may be slow while reads
// are not; so they never have all threads, nor all of the queue, but three quarters of
// each (of one thread, all).
enum class Lane { kRead, kWrite };

// Thread-safe. Runs every task it accepted, also those still queued when it is
// destroyed; the destructor waits for them. Tasks begin in the order in which they came,
// but for writes that have their share of the threads already.
class Executor {
 public:
  using Task = std::function<void()>;

  explicit Executor(ExecutorOptions options);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Queues `task`. UNAVAILABLE with RetryInfo, without keeping the task, if the
  // queue is full.
  absl::Status Submit(Task task, Lane lane = Lane::kRead);

  // Queues a further task of work that Submit once took, such as the next read of
  // a stream. Never refused, since refusing would break off what has begun: each
  // such piece of work has at most one task here, so their number is the bound.
  void Continue(Task task, Lane lane = Lane::kRead);

  // Tasks waiting now, and how many Submit lets wait.
  std::size_t queued() const;
  std::size_t queue_limit() const { return options_.queue; }
  std::size_t queue_limit(Lane lane) const;

 private:
  struct Queued {
    std::uint64_t number;  // in the order of arrival
    Task task;
  };
  struct Queue {
    std::deque<Queued> waiting;
    std::size_t running = 0;
    std::size_t max_running = 0;
    std::size_t max_waiting = 0;

    bool HasRunnable() const { return !waiting.empty() && running < max_running; }
  };

  // A thread that waits to be woken for a task.
  struct Sleeper {
    CondVar wake;
    bool woken = false;
  };

  void Run(Sleeper& self);
  Queue& QueueOf(Lane lane) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return lane == Lane::kRead ? reads_ : writes_;
  }
  void Push(Queue& queue, Task task) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The one whose turn it is; null if nothing may begin now.
  Queue* NextQueue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The same, once there is one; null at the end.
  Queue* AwaitNextQueue(Sleeper& self) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Full() const;
  void WakeAll() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const ExecutorOptions options_;
  std::vector<std::thread> threads_;  // constant after construction
  std::deque<Sleeper> sleepers_;      // one for each; `woken` is guarded by the mutex

  mutable Mutex mutex_;
  // Those who sleep. Who fell asleep last is woken first: what it works with is still in a cache.
  std::vector<Sleeper*> asleep_ ABSL_GUARDED_BY(mutex_);
  Queue reads_ ABSL_GUARDED_BY(mutex_);
  Queue writes_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t arrivals_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace triad
