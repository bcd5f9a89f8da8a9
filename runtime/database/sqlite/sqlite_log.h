// The write-ahead log of a database, over a connection that does nothing else.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/mutex.h"
#include "runtime/database/driver.h"
#include "runtime/database/sqlite/sqlite_session.h"
#include "runtime/database/sqlite/sqlite_url.h"

namespace triad::db::sqlite {

class SqliteLog final : public DriverLog {
 public:
  // Of the database that `writer` has open, and whose commits it counts from now on. Its file
  // has `spare_bytes` at once, and again whenever it was wiped. Errors name the path.
  static absl::StatusOr<std::unique_ptr<SqliteLog>> Open(const SqliteUrl& url,
                                                         SqliteSession& writer,
                                                         std::int64_t spare_bytes);

  std::int64_t Bytes() const override;
  absl::StatusOr<std::int64_t> Fold() override;
  absl::Status Restart() override;
  absl::Status Wipe() override;

 private:
  SqliteLog(std::unique_ptr<SqliteSession> session, std::shared_ptr<std::atomic<int>> frames,
            std::int64_t page_bytes, std::int64_t spare_bytes);

  std::int64_t BytesOf(int frames) const;
  // Whether the call before has found it locked.
  bool IsBusy() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status BeginAnew(int mode) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Extend() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::shared_ptr<std::atomic<int>> frames_;  // shared with the writer's session
  const std::int64_t page_bytes_;
  const std::int64_t spare_bytes_;

  Mutex mutex_;
  const std::unique_ptr<SqliteSession> session_ ABSL_PT_GUARDED_BY(mutex_);
};

}  // namespace triad::db::sqlite
