// Read-only connections, lent to one caller at a time.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "runtime/base/mutex.h"
#include "runtime/database/sqlite/connection.h"

namespace triad::db::sqlite {

// Thread-safe. Outlives its leases.
class ReaderPool {
 public:
  // A connection, given back at the end of its scope.
  class Lease {
   public:
    Lease(ReaderPool& pool, std::unique_ptr<Connection> connection)
        : pool_(pool), connection_(std::move(connection)) {}
    ~Lease() {
      if (connection_ != nullptr) pool_.GiveBack(std::move(connection_));
    }
    Lease(Lease&&) = default;
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    ReaderPool& pool_;
    std::unique_ptr<Connection> connection_;
  };

  explicit ReaderPool(std::vector<std::unique_ptr<Connection>> connections);

  // Waits for one, in no order.
  Lease Take();
  // nullopt if none became free in time.
  std::optional<Lease> TakeWithin(absl::Duration timeout);

 private:
  void GiveBack(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> Pop() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  CondVar returned_;
  // The latest one back is lent first: its cache is warm.
  std::vector<std::unique_ptr<Connection>> free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::db::sqlite
