// A fixed set of threads for work that blocks: databases, disks.
#pragma once

#include <cstddef>
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

// Thread-safe. Runs every task it accepted, also those still queued when it is
// destroyed; the destructor waits for them.
class Executor {
 public:
  using Task = std::function<void()>;

  explicit Executor(ExecutorOptions options);
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // Queues `task`. UNAVAILABLE with RetryInfo, without keeping the task, if the
  // queue is full.
  absl::Status Submit(Task task);

  // Queues a further task of work that Submit once took, such as the next read of
  // a stream. Never refused, since refusing would break off what has begun: each
  // such piece of work has at most one task here, so their number is the bound.
  void Continue(Task task);

  // Tasks waiting now, and how many Submit lets wait, for metrics.
  std::size_t queued() const;
  std::size_t queue_limit() const { return options_.queue; }

 private:
  void Run();

  const ExecutorOptions options_;
  std::vector<std::thread> threads_;  // constant after construction

  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<Task> queue_ ABSL_GUARDED_BY(mutex_);
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace triad
