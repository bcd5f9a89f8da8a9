// One SQLite connection with its statements.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/database/database.h"
#include "runtime/database/sqlite/statement.h"

namespace SQLite {
class Database;
}

namespace triad::db::sqlite {

struct ConnectionOptions {
  std::string path;
  bool read_only = false;
  std::int64_t max_pages = 0;  // 0: no limit
};

// For one thread at a time.
class Connection final : public Session {
 public:
  // Sets WAL, synchronous=FULL and foreign keys. Creates a missing file, unless
  // read-only, for its owner's eyes alone. Errors name the path.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const ConnectionOptions& options);
  ~Connection() override;

  absl::StatusOr<std::vector<Row>> Query(absl::string_view sql,
                                         absl::Span<const Value> parameters) override;
  absl::StatusOr<std::int64_t> Execute(absl::string_view sql,
                                       absl::Span<const Value> parameters) override;

  // One statement without parameters and rows: BEGIN, SAVEPOINT, ….
  absl::Status Run(absl::string_view sql);
  // Any number of statements, not kept.
  absl::Status RunScript(absl::string_view script);
  // False once an error has ended the transaction behind our back.
  bool InTransaction() const;
  // Reads the file itself: its header past any cache, then the schema.
  absl::Status Probe();
  // Drops pages that are kept in memory, so that the next read meets the file.
  void DropCache();

 private:
  explicit Connection(std::unique_ptr<SQLite::Database> database);
  absl::Status Configure(const ConnectionOptions& options);
  absl::Status CheckHeader() const;
  absl::StatusOr<Statement*> Prepared(absl::string_view sql);

  const std::unique_ptr<SQLite::Database> database_;
  // By their text; the code of a service holds a few dozen.
  absl::flat_hash_map<std::string, std::unique_ptr<Statement>> statements_;
};

}  // namespace triad::db::sqlite
