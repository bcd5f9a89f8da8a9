#include "runtime/database/sqlite/sqlite_log.h"

#include <sqlite3.h>

#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/status.h"
#include "runtime/database/sqlite/status.h"

namespace triad::db::sqlite {
namespace {

// With whoever else has it locked. Reads, and maybe writes, wait meanwhile.
constexpr absl::Duration kPatience = absl::Milliseconds(100);

// Of https://www.sqlite.org/fileformat2.html#the_write_ahead_log.
constexpr std::int64_t kLogHeaderBytes = 32;
constexpr std::int64_t kFrameHeaderBytes = 24;

absl::Status Checkpoint(sqlite3* connection, int mode, int* folded = nullptr) {
  int code = sqlite3_wal_checkpoint_v2(connection, "main", mode, nullptr, folded);
  return code == SQLITE_OK ? absl::OkStatus() : LatestError(connection);
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteLog>> SqliteLog::Open(const SqliteUrl& url,
                                                           SqliteSession& writer,
                                                           std::int64_t spare_bytes) {
  // It changes no rows.
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<SqliteSession> session,
                         SqliteSession::Open(url, SqliteSession::Role::kReader));
  TRIAD_ASSIGN_OR_RETURN(std::vector<KeptRow> rows, session->Query("PRAGMA page_size", {}));
  sqlite3_busy_timeout(session->connection(),
                       static_cast<int>(absl::ToInt64Milliseconds(kPatience)));
  auto frames = std::make_shared<std::atomic<int>>(0);
  writer.CountFrames(frames);
  std::unique_ptr<SqliteLog> log(
      new SqliteLog(std::move(session), std::move(frames), rows.at(0).Int(0), spare_bytes));
  MutexLock lock(log->mutex_);
  log->Extend();
  return log;
}

SqliteLog::SqliteLog(std::unique_ptr<SqliteSession> session,
                     std::shared_ptr<std::atomic<int>> frames, std::int64_t page_bytes,
                     std::int64_t spare_bytes)
    : frames_(std::move(frames)),
      page_bytes_(page_bytes),
      spare_bytes_(spare_bytes),
      session_(std::move(session)) {}

std::int64_t SqliteLog::BytesOf(int frames) const {
  return frames == 0 ? 0 : kLogHeaderBytes + frames * (kFrameHeaderBytes + page_bytes_);
}

std::int64_t SqliteLog::Bytes() const { return BytesOf(*frames_); }

absl::StatusOr<std::int64_t> SqliteLog::Fold() {
  MutexLock lock(mutex_);
  int folded = 0;
  // SQLite takes an index that a commit is just changing for one to be mended, and says that it
  // is locked: by that commit, which ends soon.
  Countdown countdown(kPatience);
  absl::Status status;
  do {
    status = Checkpoint(session_->connection(), SQLITE_CHECKPOINT_PASSIVE, &folded);
    if (IsBusy()) std::this_thread::yield();
  } while (IsBusy() && !countdown.over());
  TRIAD_RETURN_IF_ERROR(status);
  // Fewer, if it has begun anew since.
  return BytesOf(std::max(*frames_ - folded, 0));
}

bool SqliteLog::IsBusy() const {
  return (sqlite3_errcode(session_->connection()) & 0xFF) == SQLITE_BUSY;
}

absl::Status SqliteLog::Restart() {
  MutexLock lock(mutex_);
  return BeginAnew(SQLITE_CHECKPOINT_RESTART);
}

absl::Status SqliteLog::Wipe() {
  MutexLock lock(mutex_);
  TRIAD_RETURN_IF_ERROR(BeginAnew(SQLITE_CHECKPOINT_TRUNCATE));
  Extend();
  return absl::OkStatus();
}

absl::Status SqliteLog::BeginAnew(int mode) {
  TRIAD_RETURN_IF_ERROR(Checkpoint(session_->connection(), mode));
  *frames_ = 0;
  return absl::OkStatus();
}

// What a commit writes over is on the disk much sooner than what makes the file longer, as
// the file system need not write where it is. SQLite takes no notice of what follows the
// commits. If it fails, commits are slower, and no more.
void SqliteLog::Extend() {
  sqlite3_file* log = nullptr;
  sqlite3_file_control(session_->connection(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  sqlite3_int64 size = 0;
  if (log == nullptr || log->pMethods == nullptr) return;
  if (log->pMethods->xFileSize(log, &size) != SQLITE_OK) return;
  static const std::string kZeros(64 << 10, '\0');
  for (; size < spare_bytes_; size += static_cast<sqlite3_int64>(kZeros.size())) {
    int written = log->pMethods->xWrite(log, kZeros.data(), static_cast<int>(kZeros.size()), size);
    if (written != SQLITE_OK) return;
  }
}

}  // namespace triad::db::sqlite
