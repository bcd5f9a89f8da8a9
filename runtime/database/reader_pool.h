// Sessions that only read, lent to one caller at a time.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "runtime/base/mutex.h"
#include "runtime/database/driver.h"

namespace triad::db {

// Thread-safe. Outlives its leases.
class ReaderPool {
 public:
  // A session, given back at the end of its scope.
  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<DriverSession> session)
        : pool_(pool), session_(std::move(session)) {}
    ~Lease() {
      if (session_ != nullptr) pool_.GiveBack(std::move(session_));
    }
    Lease(Lease&&) = default;
    DriverSession& operator*() const { return *session_; }
    DriverSession* operator->() const { return session_.get(); }

   private:
    ReaderPool& pool_;
    std::unique_ptr<DriverSession> session_;
  };

  explicit ReaderPool(std::vector<std::unique_ptr<DriverSession>> sessions);

  // Waits for one, in no order.
  Lease Take();
  // nullopt if none became free in time.
  std::optional<Lease> TakeWithin(absl::Duration timeout);

 private:
  void GiveBack(std::unique_ptr<DriverSession> session);
  std::unique_ptr<DriverSession> Pop() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  CondVar returned_;
  // The latest one back is lent first: its cache is warm.
  std::vector<std::unique_ptr<DriverSession>> free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::db
