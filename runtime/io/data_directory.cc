#include "runtime/io/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/io/file_system.h"

namespace triad {
namespace {

absl::Status HeldByAnother(const std::string& path, const Descriptor& lock) {
  char holder[32] = {};
  ssize_t size = RetryOnEintr([&] { return pread(lock.get(), holder, sizeof(holder) - 1, 0); });
  absl::string_view pid =
      absl::StripAsciiWhitespace(absl::string_view(holder, size > 0 ? size : 0));
  return absl::FailedPreconditionError(
      absl::StrCat("data directory '", path, "' is in use by process ",
                   pid.empty() ? "unknown" : pid, ": stop it, or choose another --data_dir"));
}

// For people and for the message above; the lock does not depend on it.
absl::Status WriteHolder(const std::string& path, const Descriptor& lock) {
  std::string pid = absl::StrCat(getpid(), "\n");
  if (ftruncate(lock.get(), 0) != 0) return ErrnoStatus(errno, "truncate", path);
  ssize_t written = RetryOnEintr([&] { return pwrite(lock.get(), pid.data(), pid.size(), 0); });
  if (written < 0) return ErrnoStatus(errno, "write", path);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<DataDirectory>> DataDirectory::Open(const std::string& path) {
  if (path.empty()) return absl::InvalidArgumentError("--data_dir: must name a directory");
  TRIAD_RETURN_IF_ERROR(
      Annotate(MakeDirectories(FileSystem::Posix(), path), "data directory (--data_dir): "));
  std::string lock_path = path + "/LOCK";
  TRIAD_ASSIGN_OR_RETURN(Descriptor lock, OpenDescriptor(lock_path, O_RDWR | O_CREAT, 0640));
  if (RetryOnEintr([&] { return flock(lock.get(), LOCK_EX | LOCK_NB); }) != 0) {
    if (errno == EWOULDBLOCK) return HeldByAnother(path, lock);
    return ErrnoStatus(errno, "lock", lock_path);
  }
  TRIAD_RETURN_IF_ERROR(WriteHolder(lock_path, lock));
  return std::unique_ptr<DataDirectory>(new DataDirectory(path, std::move(lock)));
}

}  // namespace triad
