#include "runtime/database/testing/temp_database.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "runtime/database/sqlite/sqlite_url.h"

namespace triad::db {

TempDatabase::TempDatabase(absl::Span<const Migration> migrations, OpenOptions options,
                           std::int64_t max_pages)
    : migrations_(migrations), options_(std::move(options)) {
  options_.url = sqlite::FormatSqliteUrl({.path = path(), .max_pages = max_pages});
  Reopen();
}

void TempDatabase::Reopen() {
  database_.reset();
  absl::StatusOr<std::unique_ptr<Database>> opened = Open(options_, migrations_);
  if (!opened.ok()) {
    std::fprintf(stderr, "%s\n", opened.status().ToString().c_str());
    std::abort();
  }
  database_ = *std::move(opened);
}

absl::Status TempDatabase::TryOpen(absl::Span<const Migration> migrations) const {
  OpenOptions options;
  options.url = options_.url;
  return Open(options, migrations).status();
}

}  // namespace triad::db
