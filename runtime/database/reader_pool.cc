#include "runtime/database/reader_pool.h"

#include <utility>

#include "runtime/base/elapsed.h"

namespace triad::db {

ReaderPool::ReaderPool(std::vector<std::unique_ptr<DriverSession>> sessions)
    : free_(std::move(sessions)) {}

ReaderPool::Lease ReaderPool::Take() {
  MutexLock lock(mutex_);
  while (free_.empty()) returned_.Wait(mutex_);
  return Lease(*this, Pop());
}

std::optional<ReaderPool::Lease> ReaderPool::TakeWithin(absl::Duration timeout) {
  Countdown countdown(timeout);
  MutexLock lock(mutex_);
  while (free_.empty()) {
    if (countdown.over()) return std::nullopt;
    returned_.WaitFor(mutex_, countdown.left());
  }
  return Lease(*this, Pop());
}

std::unique_ptr<DriverSession> ReaderPool::Pop() {
  std::unique_ptr<DriverSession> session = std::move(free_.back());
  free_.pop_back();
  return session;
}

void ReaderPool::GiveBack(std::unique_ptr<DriverSession> session) {
  {
    MutexLock lock(mutex_);
    free_.push_back(std::move(session));
  }
  returned_.NotifyOne();
}

}  // namespace triad::db
