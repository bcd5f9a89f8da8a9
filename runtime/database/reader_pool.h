// Sessions that only read, lent to one caller at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "runtime/base/mutex.h"
#include "runtime/database/driver.h"

namespace triad::db {

// Thread-safe. Outlives its leases.
class ReaderPool {
 public:
  struct GiveBack {
    ReaderPool* pool;
    void operator()(DriverSession* session) const { pool->Return(session); }
  };
  // A session, given back at the end of its scope.
  using Lease = std::unique_ptr<DriverSession, GiveBack>;

  explicit ReaderPool(std::vector<std::unique_ptr<DriverSession>> sessions);

  // Waits for one, in no order.
  Lease Take();
  // Null if none became free in time.
  Lease TakeWithin(absl::Duration timeout);

  // Keeps whoever comes waiting, and waits for the sessions that are lent. True if all of
  // them are back: then nobody reads until Resume. False if that took too long: then all
  // is as before.
  bool Pause(absl::Duration timeout);
  void Resume();

 private:
  void Return(DriverSession* session);
  Lease Pop() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool CanTake() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !paused_ && !free_.empty(); }

  const std::size_t size_;
  Mutex mutex_;
  CondVar returned_;
  CondVar all_returned_;
  bool paused_ ABSL_GUARDED_BY(mutex_) = false;
  // The latest one back is lent first: its cache is warm.
  std::vector<std::unique_ptr<DriverSession>> free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::db
