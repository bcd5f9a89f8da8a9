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

}  // namespace

void Executor::Run() {
  while (true) {
    Task task;
    {
      MutexLock lock(mutex_);
      while (queue_.empty() && !closing_) changed_.Wait(mutex_);
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    task();
  }
}

Executor::Executor(ExecutorOptions options) : options_(std::move(options)) {
  std::size_t count = std::max<std::size_t>(1, options_.threads);
  threads_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    threads_.emplace_back([this] { Run(); });
    NameThread(threads_.back(), options_.name, i);
  }
}

Executor::~Executor() {
  {
    MutexLock lock(mutex_);
    closing_ = true;
  }
  changed_.NotifyAll();
  for (std::thread& thread : threads_) thread.join();
}

absl::Status Executor::Submit(Task task) {
  {
    MutexLock lock(mutex_);
    if (queue_.size() < options_.queue) {
      queue_.push_back(std::move(task));
      changed_.NotifyOne();
      return absl::OkStatus();
    }
  }
  return WithRetryDelay(
      absl::UnavailableError(absl::StrCat("the ", options_.name, " queue is full (", options_.queue,
                                          " tasks): try again later")),
      absl::Seconds(1));
}

void Executor::Continue(Task task) {
  MutexLock lock(mutex_);
  queue_.push_back(std::move(task));
  changed_.NotifyOne();
}

std::size_t Executor::queued() const {
  MutexLock lock(mutex_);
  return queue_.size();
}

}  // namespace triad
