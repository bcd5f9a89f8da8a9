#include "runtime/database/sqlite/sqlite_database.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "runtime/base/status.h"
#include "runtime/database/migrate.h"
#include "runtime/database/sqlite/connection.h"
#include "runtime/database/sqlite/database_metrics.h"
#include "runtime/database/sqlite/file_watch.h"
#include "runtime/database/sqlite/reader_pool.h"
#include "runtime/database/sqlite/writer.h"

namespace triad::db::sqlite {
namespace {

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(DatabaseMetrics metrics, std::unique_ptr<Connection> writer, FileWatch watch,
                 std::vector<std::unique_ptr<Connection>> readers)
      : metrics_(metrics),
        writer_(std::move(writer), std::move(watch), [this](std::size_t size) { OnCommit(size); }),
        readers_(std::move(readers)) {}

  absl::Status Write(Work work, std::function<void()> committed) override {
    Timer timer(metrics_.write);
    Waiting waiting(metrics_.queue);
    return writer_.Write(std::move(work), std::move(committed));
  }

  absl::Status Read(absl::FunctionRef<absl::Status(Session&)> work) override {
    Timer timer(metrics_.read);
    ReaderPool::Lease connection = readers_.Take();
    return ReadOn(*connection, work);
  }

  absl::Status CheckHealth(absl::Duration timeout) override {
    const absl::Time start = absl::Now();
    TRIAD_RETURN_IF_ERROR(writer_.CheckPulse(timeout));
    std::optional<ReaderPool::Lease> connection =
        readers_.TakeWithin(timeout - (absl::Now() - start));
    if (!connection.has_value()) return TooSlow("no connection became free", timeout);
    TRIAD_RETURN_IF_ERROR((*connection)->Probe());
    if (absl::Now() - start > timeout) return TooSlow("a read was not done", timeout);
    return absl::OkStatus();
  }

 private:
  static absl::Status ReadOn(Connection& connection,
                             absl::FunctionRef<absl::Status(Session&)> work) {
    TRIAD_RETURN_IF_ERROR(connection.Run("BEGIN"));
    absl::Status status = RunWork(work, connection);
    if (!connection.InTransaction()) return status;
    // Nothing was changed; this only lets go of the snapshot.
    absl::Status ended = connection.Run("ROLLBACK");
    return status.ok() ? ended : status;
  }

  static absl::Status TooSlow(absl::string_view what, absl::Duration timeout) {
    return absl::DeadlineExceededError(
        absl::StrCat("database: ", what, " within ", absl::FormatDuration(timeout)));
  }

  void OnCommit(std::size_t size) {
    if (metrics_.group_size != nullptr) metrics_.group_size->Observe(static_cast<double>(size));
  }

  const DatabaseMetrics metrics_;
  Writer writer_;  // destroyed after the readers: the last one folds the log into the database
  ReaderPool readers_;
};

absl::Status MigrateFile(Connection& connection, absl::Span<const Migration> migrations) {
  TRIAD_RETURN_IF_ERROR(connection.Run("BEGIN IMMEDIATE"));
  auto run_script = [&](absl::string_view script) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(connection.RunScript(script));
    if (connection.InTransaction()) return absl::OkStatus();
    return absl::InternalError("it must not end the transaction it runs in");
  };
  absl::Status status = Migrate(connection, run_script, migrations);
  if (status.ok()) status = connection.Run("COMMIT");
  if (status.ok() || !connection.InTransaction()) return status;
  absl::Status undone = connection.Run("ROLLBACK");
  return undone.ok() ? status : Annotate(status, absl::StrCat(undone.message(), ": "));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> OpenSqlite(const OpenOptions& options,
                                                     const std::string& path,
                                                     absl::Span<const Migration> migrations) {
  if (path == ":memory:" || absl::StartsWith(path, "//")) {
    return absl::InvalidArgumentError(
        absl::StrCat("database URL '", options.url, "': expected sqlite:PATH, a file"));
  }
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Connection> writer,
                         Connection::Open({path, false, options.max_pages}));
  const std::string name = absl::StrCat("database '", path, "': ");
  TRIAD_RETURN_IF_ERROR(Annotate(MigrateFile(*writer, migrations), name));
  TRIAD_RETURN_IF_ERROR(Annotate(writer->Probe(), name));
  TRIAD_ASSIGN_OR_RETURN(FileWatch watch, FileWatch::Start(path));
  if (options.metrics != nullptr) {
    TRIAD_RETURN_IF_ERROR(Annotate(ReportSizes(*options.metrics, path, *writer), name));
  }
  std::vector<std::unique_ptr<Connection>> readers;
  for (int i = 0; i < std::max(1, options.readers); ++i) {
    TRIAD_ASSIGN_OR_RETURN(readers.emplace_back(), Connection::Open({path, true, 0}));
  }
  return std::make_unique<SqliteDatabase>(DatabaseMetrics(options.metrics), std::move(writer),
                                          std::move(watch), std::move(readers));
}

}  // namespace triad::db::sqlite
