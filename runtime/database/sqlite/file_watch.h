// Notices that a database's files are no longer the ones that are open. SQLite
// would go on writing into files that nobody can find again.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace triad::db::sqlite {

// Immutable, hence thread-safe.
class FileWatch {
 public:
  // Remembers the database at `path` and its log, which exist.
  static absl::StatusOr<FileWatch> Start(const std::string& path);

  // UNAVAILABLE if a file was removed, moved or replaced.
  absl::Status CheckSame() const;
  // UNAVAILABLE if one may no longer be read and written.
  absl::Status CheckAccess() const;

 private:
  struct File {
    std::string path;
    dev_t device;
    ino_t inode;
  };
  explicit FileWatch(std::vector<File> files) : files_(std::move(files)) {}

  std::vector<File> files_;
};

}  // namespace triad::db::sqlite
