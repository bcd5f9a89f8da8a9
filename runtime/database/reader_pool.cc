#include "runtime/database/reader_pool.h"

#include <utility>

#include "runtime/base/elapsed.h"

namespace triad::db {

ReaderPool::ReaderPool(std::vector<std::unique_ptr<DriverSession>> sessions)
    : size_(sessions.size()), free_(std::move(sessions)) {}

ReaderPool::Lease ReaderPool::Take() {
  MutexLock lock(mutex_);
  while (!CanTake()) returned_.Wait(mutex_);
  return Pop();
}

ReaderPool::Lease ReaderPool::TakeWithin(absl::Duration timeout) {
  Countdown countdown(timeout);
  MutexLock lock(mutex_);
  while (!CanTake()) {
    if (countdown.over()) return Lease(nullptr, {this});
    returned_.WaitFor(mutex_, countdown.left());
  }
  return Pop();
}

ReaderPool::Lease ReaderPool::Pop() {
  Lease lease(free_.back().release(), {this});
  free_.pop_back();
  return lease;
}

bool ReaderPool::Pause(absl::Duration timeout) {
  Countdown countdown(timeout);
  MutexLock lock(mutex_);
  paused_ = true;
  while (free_.size() < size_ && !countdown.over()) {
    all_returned_.WaitFor(mutex_, countdown.left());
  }
  if (free_.size() == size_) return true;
  paused_ = false;
  returned_.NotifyAll();
  return false;
}

void ReaderPool::Resume() {
  {
    MutexLock lock(mutex_);
    paused_ = false;
  }
  returned_.NotifyAll();
}

void ReaderPool::Return(DriverSession* session) {
  {
    MutexLock lock(mutex_);
    free_.emplace_back(session);
  }
  returned_.NotifyOne();
  all_returned_.NotifyOne();
}

}  // namespace triad::db
