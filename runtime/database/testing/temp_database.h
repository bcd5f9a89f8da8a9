// A real SQLite database for one test, in a directory of its own.
#pragma once

#include <memory>
#include <string>

#include "absl/types/span.h"
#include "runtime/database/database.h"
#include "runtime/database/open.h"
#include "runtime/io/testing/temp_directory.h"

namespace triad::db {

// Every failure to open ends the process with its message.
class TempDatabase {
 public:
  // The URL of `options` does not matter. `max_pages` as in SqliteUrl.
  explicit TempDatabase(absl::Span<const Migration> migrations, OpenOptions options = {},
                        std::int64_t max_pages = 0);

  Database& operator*() const { return *database_; }
  Database* operator->() const { return database_.get(); }
  // Closes and opens it again, as a restart does.
  void Reopen();
  // How it ends that somebody else opens it with `migrations`.
  absl::Status TryOpen(absl::Span<const Migration> migrations) const;

  // The directory that holds it, and its file there.
  const std::string& directory() const { return directory_.path(); }
  std::string path() const { return directory_.path() + "/test.db"; }

 private:
  TempDirectory directory_;
  const absl::Span<const Migration> migrations_;
  OpenOptions options_;
  std::unique_ptr<Database> database_;
};

}  // namespace triad::db
