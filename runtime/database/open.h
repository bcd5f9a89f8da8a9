// Opens a database by URL and brings its schema up to date.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/database/database.h"

namespace triad {
class Metrics;
}

namespace triad::db {

// One step of a schema. Numbers are 1, 2, 3, …; a step never changes once it is
// released. Embedded from migrations/NNNN_name.sql by triad_migrations().
struct Migration {
  int number;
  absl::string_view name;
  absl::string_view sql;
};

struct OpenOptions {
  // `sqlite:PATH?max_pages=N`, see sqlite/sqlite_url.h. The directory must exist.
  std::string url;
  // Reads that run at a time, at least 1.
  int readers = 4;
  // A longer write-ahead log is folded into the database as soon as no read is in the way,
  // and reads and writes wait for that. Shorter ones are so beside them.
  std::int64_t max_log_bytes = 64 << 20;
  // Writes that may wait without a thread (Database::WriteLater). One more is refused.
  std::size_t max_waiting_writes = 3072;
  // Metrics of the database; may be null, else outlive it.
  Metrics* metrics = nullptr;
};

// Applies the migrations that are missing, in order, inside one transaction.
// INVALID_ARGUMENT for a URL that no driver knows or whose options its driver does
// not; FAILED_PRECONDITION for a database newer than `migrations`, with both
// numbers.
absl::StatusOr<std::unique_ptr<Database>> Open(const OpenOptions& options,
                                               absl::Span<const Migration> migrations);

}  // namespace triad::db
