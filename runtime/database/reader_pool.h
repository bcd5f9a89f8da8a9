// Sessions that only read, lent to one caller at a time.
#pragma once

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

 private:
  void Return(DriverSession* session);
  Lease Pop() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  CondVar returned_;
  // The latest one back is lent first: its cache is warm.
  std::vector<std::unique_ptr<DriverSession>> free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::db
