#include "runtime/database/reader_pool.h"

#include <utility>

#include "runtime/base/elapsed.h"

namespace triad::db {

ReaderPool::ReaderPool(std::vector<std::unique_ptr<DriverSession>> sessions)
    : free_(std::move(sessions)) {}

ReaderPool::Lease ReaderPool::Take() {
  MutexLock lock(mutex_);
  while (free_.empty()) returned_.Wait(mutex_);
  return Pop();
}

ReaderPool::Lease ReaderPool::TakeWithin(absl::Duration timeout) {
  Countdown countdown(timeout);
  MutexLock lock(mutex_);
  while (free_.empty()) {
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

void ReaderPool::Return(DriverSession* session) {
  {
    MutexLock lock(mutex_);
    free_.emplace_back(session);
  }
  returned_.NotifyOne();
}

}  // namespace triad::db
