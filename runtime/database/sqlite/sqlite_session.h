// One SQLite connection with its statements.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/database/driver.h"
#include "runtime/database/sqlite/file_watch.h"
#include "runtime/database/sqlite/sqlite_url.h"
#include "runtime/database/sqlite/statement.h"

struct sqlite3;
namespace SQLite {
class Database;
}

namespace triad::db::sqlite {

// WAL, synchronous=FULL and foreign keys are on, whoever opens it.
class SqliteSession final : public DriverSession {
 public:
  enum class Role { kWriter, kReader };

  // The writer's creates a missing file, for its owner's eyes alone, and reads it;
  // each of its transactions checks that the files are still those that it opened. When it
  // begins the log anew, it cuts the log's file down to `max_log_bytes`. A reader's is of a
  // database whose writer is open. Errors name the path.
  static absl::StatusOr<std::unique_ptr<SqliteSession>> Open(const SqliteUrl& url, Role role,
                                                             std::int64_t max_log_bytes = 0);
  ~SqliteSession() override;

  absl::Status Visit(absl::string_view sql, absl::Span<const Value> parameters,
                     Visitor visit) override;
  absl::StatusOr<std::int64_t> Execute(absl::string_view sql,
                                       absl::Span<const Value> parameters) override;
  absl::Status Begin() override;
  bool InTransaction() const override;
  absl::Status RunScript(absl::string_view script) override;
  absl::Status Probe() override;

  // After each commit from now on, how many frames the log has. Of the writer's.
  void CountFrames(std::shared_ptr<std::atomic<int>> frames);
  // SQLite's own, which it keeps.
  sqlite3* connection() const;

 private:
  SqliteSession(std::unique_ptr<SQLite::Database> database, Role role);
  absl::Status Configure(const SqliteUrl& url, std::int64_t max_log_bytes);
  absl::Status CheckHeader() const;
  absl::StatusOr<Statement*> Prepared(absl::string_view sql);

  std::shared_ptr<std::atomic<int>> frames_;  // the writer's, shared with the SqliteLog
  const std::unique_ptr<SQLite::Database> database_;
  const Role role_;
  std::optional<FileWatch> watch_;  // the writer's, once it is open
  // By their text; the code of a service holds a few dozen.
  absl::flat_hash_map<std::string, std::unique_ptr<Statement>> statements_;
};

}  // namespace triad::db::sqlite
