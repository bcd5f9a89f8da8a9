#include "runtime/database/testing/temp_database.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace triad::db {

TempDatabase::TempDatabase(absl::Span<const Migration> migrations, OpenOptions options)
    : migrations_(migrations), options_(std::move(options)) {
  options_.url = "sqlite:" + path();
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

}  // namespace triad::db
