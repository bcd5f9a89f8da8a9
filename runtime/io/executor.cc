#include "runtime/io/executor.h"

#include <pthread.h>

#include <algorithm>
#include <deque>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/mutex.h"
#include "runtime/base/status.h"

namespace triad {
namespace {

// Linux keeps 15 characters; the number matters more than the end of the name.
void NameThread(std::thread& thread, const std::string& name, std::size_t number) {
  std::string suffix = absl::StrCat("-", number);
  pthread_setname_np(thread.native_handle(), (name.substr(0, 15 - suffix.size()) + suffix).c_str());
}

}  // namespace

struct Executor::Impl {
  explicit Impl(ExecutorOptions o) : options(std::move(o)) {}

  void Run();

  const ExecutorOptions options;
  std::vector<std::thread> threads;  // constant after construction

  mutable Mutex mutex;
  CondVar changed;
  std::deque<Task> queue ABSL_GUARDED_BY(mutex);
  bool closing ABSL_GUARDED_BY(mutex) = false;
};

void Executor::Impl::Run() {
  while (true) {
    Task task;
    {
      MutexLock lock(mutex);
      while (queue.empty() && !closing) changed.Wait(mutex);
      if (queue.empty()) return;
      task = std::move(queue.front());
      queue.pop_front();
    }
    task();
  }
}

Executor::Executor(ExecutorOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {
  std::size_t count = std::max<std::size_t>(1, impl_->options.threads);
  impl_->threads.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    impl_->threads.emplace_back([impl = impl_.get()] { impl->Run(); });
    NameThread(impl_->threads.back(), impl_->options.name, i);
  }
}

Executor::~Executor() {
  {
    MutexLock lock(impl_->mutex);
    impl_->closing = true;
  }
  impl_->changed.NotifyAll();
  for (std::thread& thread : impl_->threads) thread.join();
}

absl::Status Executor::Submit(Task task) {
  {
    MutexLock lock(impl_->mutex);
    if (impl_->queue.size() < impl_->options.queue) {
      impl_->queue.push_back(std::move(task));
      impl_->changed.NotifyOne();
      return absl::OkStatus();
    }
  }
  return WithRetryDelay(
      absl::UnavailableError(absl::StrCat("the ", impl_->options.name, " queue is full (",
                                          impl_->options.queue, " tasks): try again later")),
      absl::Seconds(1));
}

void Executor::Continue(Task task) {
  MutexLock lock(impl_->mutex);
  impl_->queue.push_back(std::move(task));
  impl_->changed.NotifyOne();
}

std::size_t Executor::queued() const {
  MutexLock lock(impl_->mutex);
  return impl_->queue.size();
}

std::size_t Executor::queue_limit() const { return impl_->options.queue; }

}  // namespace triad
