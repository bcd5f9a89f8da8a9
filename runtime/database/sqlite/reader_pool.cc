#include "runtime/database/sqlite/reader_pool.h"

#include <utility>

namespace triad::db::sqlite {

ReaderPool::ReaderPool(std::vector<std::unique_ptr<Connection>> connections)
    : free_(std::move(connections)) {}

ReaderPool::Lease ReaderPool::Take() {
  MutexLock lock(mutex_);
  while (free_.empty()) returned_.Wait(mutex_);
  return Lease(*this, Pop());
}

std::optional<ReaderPool::Lease> ReaderPool::TakeWithin(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  MutexLock lock(mutex_);
  while (free_.empty()) {
    absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) return std::nullopt;
    returned_.WaitFor(mutex_, left);
  }
  return Lease(*this, Pop());
}

std::unique_ptr<Connection> ReaderPool::Pop() {
  std::unique_ptr<Connection> connection = std::move(free_.back());
  free_.pop_back();
  return connection;
}

void ReaderPool::GiveBack(std::unique_ptr<Connection> connection) {
  {
    MutexLock lock(mutex_);
    free_.push_back(std::move(connection));
  }
  returned_.NotifyOne();
}

}  // namespace triad::db::sqlite
