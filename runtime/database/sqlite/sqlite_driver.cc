#include "runtime/database/sqlite/sqlite_driver.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/database/sqlite/sqlite_log.h"
#include "runtime/database/sqlite/sqlite_session.h"
#include "runtime/database/sqlite/sqlite_url.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::db::sqlite {
namespace {

// What the log's file has from the start: of a service with little to write all that the log
// ever has, as no more than 4 MiB of it are left to be folded into the database.
constexpr std::int64_t kSpareLogBytes = 5 << 20;

// Not a number, which is Prometheus's way to say so, if it cannot be told.
double FileSize(const std::string& path) {
  std::error_code error;
  auto size = std::filesystem::file_size(path, error);
  return error ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(size);
}

absl::StatusOr<double> NumberOf(Session& session, absl::string_view pragma) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<KeptRow> rows, session.Query(absl::StrCat("PRAGMA ", pragma)));
  return static_cast<double>(rows.at(0).Int(0));
}

// Registers the sizes of the database's files, and the most that it may grow to.
absl::Status ReportSizes(Metrics& metrics, const std::string& path, Session& session) {
  TRIAD_ASSIGN_OR_RETURN(double page_bytes, NumberOf(session, "page_size"));
  TRIAD_ASSIGN_OR_RETURN(double max_pages, NumberOf(session, "max_page_count"));
  metrics.Gauge("triad_db_limit_bytes", "Most that the database file may grow to.")
      .Set(page_bytes * max_pages);
  for (const auto& [file, suffix] : {std::pair("database", ""), std::pair("log", "-wal")}) {
    metrics.BlockingGaugeFunction(
        "triad_db_file_bytes", "Size of the database and of its write-ahead log.", {{"file", file}},
        [name = absl::StrCat(path, suffix)] { return FileSize(name); });
  }
  return absl::OkStatus();
}

// Its allocator takes a lock of the whole process to count what nobody asks for. It refuses
// if it is in use already, as only tests have it.
void CountNoMemory() { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

}  // namespace

absl::StatusOr<DriverSessions> OpenSqlite(const OpenOptions& options) {
  TRIAD_ASSIGN_OR_RETURN(SqliteUrl url, ParseSqliteUrl(options.url));
  CountNoMemory();
  DriverSessions sessions;
  sessions.name = url.path;
  TRIAD_ASSIGN_OR_RETURN(
      std::unique_ptr<SqliteSession> writer,
      SqliteSession::Open(url, SqliteSession::Role::kWriter, options.max_log_bytes));
  TRIAD_ASSIGN_OR_RETURN(
      sessions.log,
      SqliteLog::Open(url, *writer, std::min(kSpareLogBytes, options.max_log_bytes / 2)));
  if (options.metrics != nullptr) {
    TRIAD_RETURN_IF_ERROR(ReportSizes(*options.metrics, url.path, *writer));
  }
  sessions.writer = std::move(writer);
  for (int i = 0; i < options.readers; ++i) {
    TRIAD_ASSIGN_OR_RETURN(sessions.readers.emplace_back(),
                           SqliteSession::Open(url, SqliteSession::Role::kReader));
  }
  TRIAD_ASSIGN_OR_RETURN(sessions.health, SqliteSession::Open(url, SqliteSession::Role::kReader));
  return sessions;
}

}  // namespace triad::db::sqlite
