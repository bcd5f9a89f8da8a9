#include "runtime/database/sqlite/sqlite_session.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "runtime/base/status.h"
#include "runtime/database/sqlite/status.h"

namespace triad::db::sqlite {
namespace {

constexpr int kBusyTimeoutMs = 5000;
// Writes wait while the log begins anew.
constexpr int kRestartTimeoutMs = 100;
// A few times what a service has; only SQL made up at run time gets there.
constexpr std::size_t kMaxStatements = 256;
constexpr absl::string_view kHeader("SQLite format 3\0", 16);

// `script` with the words of its comments for SQLite alone.
std::string WithOwnWords(absl::string_view script) {
  std::vector<std::string> pieces = absl::StrSplit(script, "/*sqlite ");
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    std::size_t end = pieces[i].find("*/");
    if (end != std::string::npos) pieces[i].erase(end, 2);
  }
  return absl::StrJoin(pieces, "");
}

absl::Status CannotOpen(const std::string& path, absl::string_view cause) {
  return absl::UnavailableError(
      absl::StrCat("database '", path, "': file cannot be opened: ", cause));
}

// SQLite would make the file readable for all. Only ever opens a file that is
// new: closing a second descriptor of a database drops the locks of the first.
absl::Status CreatePrivateFile(const std::string& path) {
  int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0 && errno != EEXIST) {
    return CannotOpen(path, std::generic_category().message(errno));
  }
  if (descriptor >= 0) close(descriptor);
  return absl::OkStatus();
}

}  // namespace

SqliteSession::SqliteSession(std::unique_ptr<SQLite::Database> database, Role role,
                             std::int64_t log_bytes)
    : database_(std::move(database)), role_(role), log_bytes_(log_bytes) {}

SqliteSession::~SqliteSession() = default;

absl::StatusOr<std::unique_ptr<SqliteSession>> SqliteSession::Open(const SqliteUrl& url, Role role,
                                                                   std::int64_t log_bytes) {
  if (role == Role::kWriter) TRIAD_RETURN_IF_ERROR(CreatePrivateFile(url.path));
  std::unique_ptr<SQLite::Database> database;
  try {
    database = std::make_unique<SQLite::Database>(
        url.path, SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, kBusyTimeoutMs);
  } catch (const SQLite::Exception& error) {
    return CannotOpen(
        url.path, errno != 0 ? std::generic_category().message(errno) : std::string(error.what()));
  }
  std::unique_ptr<SqliteSession> session(new SqliteSession(std::move(database), role, log_bytes));
  absl::Status ready = session->Configure(url);
  if (ready.ok()) ready = session->Probe();
  TRIAD_RETURN_IF_ERROR(Annotate(ready, absl::StrCat("database '", url.path, "': ")));
  // Its log is there now, since it was read.
  if (role == Role::kWriter) {
    session->ExtendLog();
    TRIAD_ASSIGN_OR_RETURN(session->watch_, FileWatch::Start(url.path));
  }
  return session;
}

absl::Status SqliteSession::Configure(const SqliteUrl& url) {
  sqlite3_extended_result_codes(database_->getHandle(), 1);
  TRIAD_ASSIGN_OR_RETURN(std::vector<Row> mode, Query("PRAGMA journal_mode = WAL", {}));
  if (mode.size() != 1 || mode[0].Text(0) != "wal") {
    return absl::FailedPreconditionError("its file system cannot hold a write-ahead log");
  }
  TRIAD_RETURN_IF_ERROR(
      RunScript("PRAGMA synchronous = FULL;"
                "PRAGMA foreign_keys = ON;"
                // What is deleted is overwritten: see Database::Purge.
                "PRAGMA secure_delete = ON;"
                "PRAGMA trusted_schema = OFF;"
                "PRAGMA cell_size_check = ON;"
                // About 4 MB, copied on the writer's thread between two commits.
                "PRAGMA wal_autocheckpoint = 1000;"
                "PRAGMA journal_size_limit = 67108864;"));
  if (role_ == Role::kReader) return RunScript("PRAGMA query_only = ON;");
  if (url.max_pages == 0) return absl::OkStatus();
  return RunScript(absl::StrCat("PRAGMA max_page_count = ", url.max_pages, ";"));
}

absl::StatusOr<std::vector<Row>> SqliteSession::Query(absl::string_view sql,
                                                      absl::Span<const Value> parameters) {
  TRIAD_ASSIGN_OR_RETURN(Statement * statement, Prepared(sql));
  return statement->Run(parameters);
}

absl::StatusOr<std::int64_t> SqliteSession::Execute(absl::string_view sql,
                                                    absl::Span<const Value> parameters) {
  TRIAD_ASSIGN_OR_RETURN(Statement * statement, Prepared(sql));
  std::int64_t before = sqlite3_total_changes64(database_->getHandle());
  TRIAD_RETURN_IF_ERROR(statement->Run(parameters).status());
  // sqlite3_changes keeps the count of an earlier statement if this one, such as
  // CREATE, changes no rows.
  bool changed = sqlite3_total_changes64(database_->getHandle()) != before;
  return changed ? std::int64_t{sqlite3_changes64(database_->getHandle())} : 0;
}

absl::Status SqliteSession::Begin() {
  if (watch_.has_value()) TRIAD_RETURN_IF_ERROR(watch_->CheckSame());
  return Execute(role_ == Role::kWriter ? "BEGIN IMMEDIATE" : "BEGIN", {}).status();
}

absl::Status SqliteSession::RunScript(absl::string_view script) {
  if (database_->tryExec(WithOwnWords(script)) == SQLITE_OK) return absl::OkStatus();
  return LatestError(database_->getHandle());
}

bool SqliteSession::InTransaction() const {
  return sqlite3_get_autocommit(database_->getHandle()) == 0;
}

absl::Status SqliteSession::Probe() {
  if (watch_.has_value()) {
    TRIAD_RETURN_IF_ERROR(watch_->CheckAccess());
    // Without the pages that are kept in memory, the schema comes from the file.
    sqlite3_db_release_memory(database_->getHandle());
  }
  TRIAD_RETURN_IF_ERROR(Begin());
  absl::Status read = CheckHeader();
  if (read.ok()) read = Query("SELECT count(*), max(name) FROM sqlite_schema", {}).status();
  return RollBack(*this, read);
}

std::int64_t SqliteSession::LogBytes() const {
  std::error_code error;
  auto size = std::filesystem::file_size(absl::StrCat(database_->getFilename(), "-wal"), error);
  return error ? 0 : static_cast<std::int64_t>(size);
}

absl::Status SqliteSession::RestartLog() {
  sqlite3* connection = database_->getHandle();
  sqlite3_busy_timeout(connection, kRestartTimeoutMs);
  int code =
      sqlite3_wal_checkpoint_v2(connection, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  absl::Status status = code == SQLITE_OK ? absl::OkStatus() : LatestError(connection);
  sqlite3_busy_timeout(connection, kBusyTimeoutMs);
  if (status.ok()) ExtendLog();
  return status;
}

// What a commit writes over is on the disk much sooner than what makes the file longer, as
// the file system need not write where it is. SQLite takes no notice of what follows the
// commits. If it fails, commits are slower, and no more.
void SqliteSession::ExtendLog() {
  sqlite3_file* log = nullptr;
  sqlite3_file_control(database_->getHandle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
  sqlite3_int64 size = 0;
  if (log == nullptr || log->pMethods == nullptr) return;
  if (log->pMethods->xFileSize(log, &size) != SQLITE_OK) return;
  static const std::string kZeros(64 << 10, '\0');
  for (; size < log_bytes_; size += static_cast<sqlite3_int64>(kZeros.size())) {
    int written = log->pMethods->xWrite(log, kZeros.data(), static_cast<int>(kZeros.size()), size);
    if (written != SQLITE_OK) return;
  }
}

absl::Status SqliteSession::CheckHeader() const {
  sqlite3_file* file = nullptr;
  int code = sqlite3_file_control(database_->getHandle(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
  char header[16];
  if (code == SQLITE_OK) code = file->pMethods->xRead(file, header, sizeof(header), 0);
  if (code != SQLITE_OK) return StatusFromCode(code, sqlite3_errstr(code));
  if (absl::string_view(header, sizeof(header)) == kHeader) return absl::OkStatus();
  return StatusFromCode(SQLITE_NOTADB, "its header is overwritten");
}

absl::StatusOr<Statement*> SqliteSession::Prepared(absl::string_view sql) {
  auto found = statements_.find(sql);
  if (found != statements_.end()) return found->second.get();
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Statement> statement,
                         Statement::Prepare(database_->getHandle(), sql));
  if (statements_.size() >= kMaxStatements) statements_.clear();
  return statements_.emplace(std::string(sql), std::move(statement)).first->second.get();
}

}  // namespace triad::db::sqlite
