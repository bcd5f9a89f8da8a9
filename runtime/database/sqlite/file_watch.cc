#include "runtime/database/sqlite/file_watch.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

namespace triad::db::sqlite {
namespace {

absl::Status Unusable(const std::string& path, int error) {
  absl::string_view advice = error == ENOENT ? ": it was removed or moved; put it back" : "";
  return absl::UnavailableError(
      absl::StrCat("database file '", path, "': ", std::generic_category().message(error), advice));
}

}  // namespace

absl::StatusOr<FileWatch> FileWatch::Start(const std::string& path) {
  std::vector<File> files;
  for (absl::string_view suffix : {"", "-wal"}) {
    std::string name = absl::StrCat(path, suffix);
    struct stat info;
    if (stat(name.c_str(), &info) != 0) return Unusable(name, errno);
    files.push_back({std::move(name), info.st_dev, info.st_ino});
  }
  return FileWatch(std::move(files));
}

absl::Status FileWatch::CheckSame() const {
  for (const File& file : files_) {
    struct stat info;
    if (stat(file.path.c_str(), &info) != 0) return Unusable(file.path, errno);
    if (info.st_dev == file.device && info.st_ino == file.inode) continue;
    return absl::UnavailableError(absl::StrCat(
        "database file '", file.path,
        "' was replaced while in use: put the old one back, or restart to use the new one"));
  }
  return absl::OkStatus();
}

absl::Status FileWatch::CheckAccess() const {
  for (const File& file : files_) {
    if (faccessat(AT_FDCWD, file.path.c_str(), R_OK | W_OK, AT_EACCESS) != 0) {
      return Unusable(file.path, errno);
    }
  }
  return absl::OkStatus();
}

}  // namespace triad::db::sqlite
