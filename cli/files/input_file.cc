#include "cli/files/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::cli {

InputFile::InputFile(std::string path, Descriptor file, std::optional<std::int64_t> size)
    : path_(std::move(path)), file_(std::move(file)), size_(size) {}

absl::StatusOr<InputFile> InputFile::Open(const std::string& path) {
  if (path == "-") return InputFile("standard input", Descriptor(dup(STDIN_FILENO)), std::nullopt);
  TRIAD_ASSIGN_OR_RETURN(Descriptor file, OpenDescriptor(path, O_RDONLY));
  struct stat about {};
  if (fstat(file.get(), &about) != 0) return ErrnoStatus(errno, "cannot be read", path);
  if (S_ISDIR(about.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is a directory"));
  }
  std::optional<std::int64_t> size;
  if (S_ISREG(about.st_mode)) size = about.st_size;
  return InputFile(path, std::move(file), size);
}

absl::StatusOr<std::string> InputFile::Read(std::size_t count) {
  std::string bytes;
  while (bytes.size() < count) {
    TRIAD_ASSIGN_OR_RETURN(std::string more, ReadSome(count - bytes.size()));
    if (more.empty()) break;
    if (bytes.empty()) {
      bytes.swap(more);
    } else {
      bytes.append(more);
    }
  }
  return bytes;
}

absl::StatusOr<std::string> InputFile::ReadSome(std::size_t count) {
  if (size_.has_value()) {
    count = static_cast<std::size_t>(
        std::min<std::int64_t>(static_cast<std::int64_t>(count), *size_ - taken_));
  }
  std::string bytes(count, '\0');
  ssize_t came = RetryOnEintr([&] { return read(file_.get(), bytes.data(), count); });
  if (came < 0) return ErrnoStatus(errno, "cannot be read", path_);
  bytes.resize(static_cast<std::size_t>(came));
  taken_ += came;
  if (came > 0 || count == 0 || !size_.has_value()) return bytes;
  return absl::AbortedError(absl::StrCat(path_, ": became shorter while it was read"));
}

}  // namespace triad::cli
