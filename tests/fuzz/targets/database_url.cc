// URLs of databases.
#include <string>

#include "absl/strings/match.h"
#include "runtime/database/sqlite/sqlite_url.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using db::sqlite::FormatSqliteUrl;
using db::sqlite::ParseSqliteUrl;
using db::sqlite::SqliteUrl;

const Registration kTarget("database_url", [](absl::string_view text) {
  absl::StatusOr<SqliteUrl> url = ParseSqliteUrl(text);
  if (!url.ok()) return Require(absl::IsInvalidArgument(url.status()), "it is the caller's", text);
  Require(!url->path.empty() && !absl::StrContains(url->path, '\0'), "a path is one", text);
  Require(url->path != ":memory:", "a database is kept", text);
  Require(url->max_pages >= 0, "pages are counted", text);
  std::string formatted = FormatSqliteUrl(*url);
  absl::StatusOr<SqliteUrl> again = ParseSqliteUrl(formatted);
  Require(again.ok(), "a URL is accepted as it was read", formatted);
  RequireEqual(again->path, url->path, "its path is read alike twice");
  Require(again->max_pages == url->max_pages, "its limit is read alike twice", formatted);
});

}  // namespace
}  // namespace triad::fuzz
