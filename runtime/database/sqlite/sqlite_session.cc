#include "runtime/database/sqlite/sqlite_session.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "runtime/base/status.h"
#include "runtime/database/sqlite/files.h"
#include "runtime/database/sqlite/status.h"

namespace triad::db::sqlite {
namespace {

constexpr int kBusyTimeoutMs = 5000;
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

int StoreFrames(void* stored, sqlite3*, const char*, int frames) {
  *static_cast<std::atomic<int>*>(stored) = frames;
  return SQLITE_OK;
}

}  // namespace

SqliteSession::SqliteSession(std::unique_ptr<SQLite::Database> database, Role role)
    : database_(std::move(database)), role_(role) {}

SqliteSession::~SqliteSession() = default;

absl::StatusOr<std::unique_ptr<SqliteSession>> SqliteSession::Open(const SqliteUrl& url, Role role,
                                                                   std::int64_t max_log_bytes) {
  if (role == Role::kWriter) TRIAD_RETURN_IF_ERROR(CreatePrivateFile(url.path));
  std::unique_ptr<SQLite::Database> database;
  try {
    database =
        std::make_unique<SQLite::Database>(url.path, SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX,
                                           kBusyTimeoutMs, FilesWithoutGaps());
  } catch (const SQLite::Exception& error) {
    return CannotOpen(
        url.path, errno != 0 ? std::generic_category().message(errno) : std::string(error.what()));
  }
  std::unique_ptr<SqliteSession> session(new SqliteSession(std::move(database), role));
  absl::Status ready = session->Configure(url, max_log_bytes);
  if (ready.ok()) ready = session->Probe();
  TRIAD_RETURN_IF_ERROR(Annotate(ready, absl::StrCat("database '", url.path, "': ")));
  // Its log is there now, since it was read.
  if (role == Role::kWriter) {
    TRIAD_ASSIGN_OR_RETURN(session->watch_, FileWatch::Start(url.path));
  }
  return session;
}

absl::Status SqliteSession::Configure(const SqliteUrl& url, std::int64_t max_log_bytes) {
  sqlite3_extended_result_codes(connection(), 1);
  TRIAD_ASSIGN_OR_RETURN(std::vector<KeptRow> mode, Query("PRAGMA journal_mode = WAL", {}));
  if (mode.size() != 1 || mode[0].Text(0) != "wal") {
    return absl::FailedPreconditionError("its file system cannot hold a write-ahead log");
  }
  TRIAD_RETURN_IF_ERROR(
      RunScript("PRAGMA synchronous = FULL;"
                "PRAGMA foreign_keys = ON;"
                // What is deleted is overwritten: see Database::Purge, and OverwriteGap.
                "PRAGMA secure_delete = ON;"
                "PRAGMA trusted_schema = OFF;"
                "PRAGMA cell_size_check = ON;"
                // The log is folded into the database by a SqliteLog.
                "PRAGMA wal_autocheckpoint = 0;"));
  if (role_ == Role::kReader) return RunScript("PRAGMA query_only = ON;");
  TRIAD_RETURN_IF_ERROR(
      RunScript(absl::StrCat("PRAGMA journal_size_limit = ", max_log_bytes, ";")));
  if (url.max_pages == 0) return absl::OkStatus();
  return RunScript(absl::StrCat("PRAGMA max_page_count = ", url.max_pages, ";"));
}

absl::Status SqliteSession::Visit(absl::string_view sql, absl::Span<const Value> parameters,
                                  Visitor visit) {
  TRIAD_ASSIGN_OR_RETURN(Statement * statement, Prepared(sql));
  return statement->Run(parameters, visit);
}

absl::StatusOr<std::int64_t> SqliteSession::Execute(absl::string_view sql,
                                                    absl::Span<const Value> parameters) {
  TRIAD_ASSIGN_OR_RETURN(Statement * statement, Prepared(sql));
  std::int64_t before = sqlite3_total_changes64(connection());
  TRIAD_RETURN_IF_ERROR(statement->Run(parameters, [](const Row&) { return true; }));
  // sqlite3_changes keeps the count of an earlier statement if this one, such as
  // CREATE, changes no rows.
  bool changed = sqlite3_total_changes64(connection()) != before;
  return changed ? std::int64_t{sqlite3_changes64(connection())} : 0;
}

absl::Status SqliteSession::Begin() {
  if (watch_.has_value()) TRIAD_RETURN_IF_ERROR(watch_->CheckSame());
  return Execute(role_ == Role::kWriter ? "BEGIN IMMEDIATE" : "BEGIN", {}).status();
}

absl::Status SqliteSession::RunScript(absl::string_view script) {
  if (database_->tryExec(WithOwnWords(script)) == SQLITE_OK) return absl::OkStatus();
  return LatestError(connection());
}

bool SqliteSession::InTransaction() const { return sqlite3_get_autocommit(connection()) == 0; }

absl::Status SqliteSession::Probe() {
  if (watch_.has_value()) {
    TRIAD_RETURN_IF_ERROR(watch_->CheckAccess());
    // Without the pages that are kept in memory, the schema comes from the file.
    sqlite3_db_release_memory(connection());
  }
  TRIAD_RETURN_IF_ERROR(Begin());
  absl::Status read = CheckHeader();
  if (read.ok()) read = Query("SELECT count(*), max(name) FROM sqlite_schema", {}).status();
  return RollBack(*this, read);
}

void SqliteSession::CountFrames(std::shared_ptr<std::atomic<int>> frames) {
  frames_ = std::move(frames);
  sqlite3_wal_hook(connection(), StoreFrames, frames_.get());
}

sqlite3* SqliteSession::connection() const { return database_->getHandle(); }

absl::Status SqliteSession::CheckHeader() const {
  sqlite3_file* file = nullptr;
  int code = sqlite3_file_control(connection(), "main", SQLITE_FCNTL_FILE_POINTER, &file);
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
                         Statement::Prepare(connection(), sql));
  if (statements_.size() >= kMaxStatements) statements_.clear();
  return statements_.emplace(std::string(sql), std::move(statement)).first->second.get();
}

}  // namespace triad::db::sqlite
