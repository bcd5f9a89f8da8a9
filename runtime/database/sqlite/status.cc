#include "runtime/database/sqlite/status.h"

#include <cerrno>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace triad::db::sqlite {
namespace {

struct CodeRow {
  int code;  // extended, or primary for all of its extended ones
  absl::StatusCode status;
  absl::string_view message;  // before SQLite's own
};

constexpr absl::string_view kFull = "database or disk is full: free space, or raise its limit";

constexpr CodeRow kCodes[] = {
    {SQLITE_CONSTRAINT_UNIQUE, absl::StatusCode::kAlreadyExists, "already exists"},
    {SQLITE_CONSTRAINT_PRIMARYKEY, absl::StatusCode::kAlreadyExists, "already exists"},
    {SQLITE_CONSTRAINT_ROWID, absl::StatusCode::kAlreadyExists, "already exists"},
    {SQLITE_CONSTRAINT_FOREIGNKEY, absl::StatusCode::kFailedPrecondition,
     "refers to something that does not exist, or is referred to"},
    {SQLITE_FULL, absl::StatusCode::kResourceExhausted, kFull},
    {SQLITE_BUSY, absl::StatusCode::kUnavailable, "database is in use by another process"},
    {SQLITE_LOCKED, absl::StatusCode::kUnavailable, "database is in use by another process"},
    {SQLITE_CANTOPEN, absl::StatusCode::kUnavailable, "database file cannot be opened"},
    {SQLITE_PERM, absl::StatusCode::kUnavailable, "database file cannot be opened"},
    {SQLITE_READONLY, absl::StatusCode::kUnavailable, "database cannot be written"},
    {SQLITE_IOERR, absl::StatusCode::kUnavailable, "database file cannot be read or written"},
    {SQLITE_CORRUPT, absl::StatusCode::kInternal, "database is damaged: restore it from a backup"},
    {SQLITE_NOTADB, absl::StatusCode::kInternal,
     "file is damaged or not a database: restore it from a backup"},
};

const CodeRow* FindRow(int code) {
  for (const CodeRow& row : kCodes) {
    if (row.code == code || row.code == (code & 0xFF)) return &row;
  }
  return nullptr;
}

}  // namespace

absl::Status StatusFromCode(int code, absl::string_view detail) {
  const CodeRow* row = FindRow(code);
  if (row == nullptr) return absl::InternalError(absl::StrCat("database: ", detail));
  if (absl::StartsWith(row->message, detail)) return absl::Status(row->status, row->message);
  return absl::Status(row->status, absl::StrCat(row->message, " (", detail, ")"));
}

absl::Status LatestError(sqlite3* connection) {
  int code = sqlite3_extended_errcode(connection);
  int error = sqlite3_system_errno(connection);
  bool from_system = (code & 0xFF) == SQLITE_IOERR || (code & 0xFF) == SQLITE_CANTOPEN;
  if (!from_system || error == 0) return StatusFromCode(code, sqlite3_errmsg(connection));
  if (error == ENOSPC || error == EDQUOT) code = SQLITE_FULL;
  return StatusFromCode(code, std::generic_category().message(error));
}

}  // namespace triad::db::sqlite
