#include "runtime/database/sqlite/database_metrics.h"

#include <filesystem>
#include <limits>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "runtime/base/status.h"
#include "runtime/database/sqlite/connection.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::db::sqlite {
namespace {

// Not a number, which is Prometheus's way to say so, if it cannot be told.
double FileSize(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(size);
}

absl::StatusOr<double> NumberOf(Connection& connection, absl::string_view pragma) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<Row> rows,
                         connection.Query(absl::StrCat("PRAGMA ", pragma), {}));
  return static_cast<double>(rows.at(0).Int(0));
}

}  // namespace

DatabaseMetrics::DatabaseMetrics(Metrics* metrics) {
  if (metrics == nullptr) return;
  read = &metrics->LatencySeconds("triad_db_read_seconds", "Reads, from call to answer.");
  write =
      &metrics->LatencySeconds("triad_db_write_seconds", "Writes, from call to durable or failed.");
  group_size =
      &metrics->CountHistogram("triad_db_commit_group_size", "Writes that shared a commit.");
  queue = &metrics->Gauge("triad_db_writer_queue", "Writes that wait for their commit.");
}

absl::Status ReportSizes(Metrics& metrics, const std::string& path, Connection& connection) {
  TRIAD_ASSIGN_OR_RETURN(const double page_bytes, NumberOf(connection, "page_size"));
  TRIAD_ASSIGN_OR_RETURN(const double most_pages, NumberOf(connection, "max_page_count"));
  metrics.Gauge("triad_db_limit_bytes", "Most that the database file may grow to.")
      .Set(page_bytes * most_pages);
  for (const auto& [file, suffix] : {std::pair("database", ""), std::pair("log", "-wal")}) {
    metrics.GaugeFunction("triad_db_file_bytes", "Size of the database and of its write-ahead log.",
                          {{"file", file}},
                          [name = absl::StrCat(path, suffix)] { return FileSize(name); });
  }
  return absl::OkStatus();
}

}  // namespace triad::db::sqlite
