// sqlite:PATH?max_pages=N
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::db::sqlite {

struct SqliteUrl {
  std::string path;
  // Most pages of the database file, 0 for no limit (SQLite's max_page_count).
  std::int64_t max_pages = 0;
};

// In PATH, `%` and two hexadecimal digits stand for a byte; `%` and `?` are
// written so. INVALID_ARGUMENT, with the URL and what was expected, for another
// scheme, for a path that is no file's and for an option that is unknown or has
// no value of its kind.
absl::StatusOr<SqliteUrl> ParseSqliteUrl(absl::string_view text);

// The text that is read as `url`.
std::string FormatSqliteUrl(const SqliteUrl& url);

}  // namespace triad::db::sqlite
