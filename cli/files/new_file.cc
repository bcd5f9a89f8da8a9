#include "cli/files/new_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

namespace fs = std::filesystem;

std::string DirectoryOf(const std::string& path) {
  std::string directory = fs::path(path).parent_path().string();
  return directory.empty() ? "." : directory;
}

// Beside `path`, and that of no other file of this process or another.
std::string NameBeside(const std::string& path) {
  static std::atomic<int> count = 0;
  return absl::StrCat(DirectoryOf(path), "/.triadctl-", getpid(), "-", ++count);
}

}  // namespace

NewFile::NewFile(std::string path, std::string name, Descriptor file, bool named)
    : path_(std::move(path)), name_(std::move(name)), file_(std::move(file)), named_(named) {}

NewFile::~NewFile() {
  if (named_) unlink(name_.c_str());
}

absl::StatusOr<std::unique_ptr<NewFile>> NewFile::Create(const std::string& path, unsigned mode) {
  std::error_code error;
  fs::file_status there = fs::status(path, error);
  if (fs::exists(there) && !fs::is_regular_file(there)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": is there, and no regular file"));
  }
  std::string name = NameBeside(path);
  auto unnamed = OpenDescriptor(DirectoryOf(path), O_TMPFILE | O_WRONLY, mode);
  if (unnamed.ok()) {
    return std::unique_ptr<NewFile>(new NewFile(path, name, *std::move(unnamed), false));
  }
  auto file = OpenDescriptor(name, O_CREAT | O_EXCL | O_WRONLY, mode);
  if (!file.ok()) return ErrnoStatus(errno, "cannot be written", path);
  return std::unique_ptr<NewFile>(new NewFile(path, name, *std::move(file), true));
}

absl::Status NewFile::Append(absl::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = RetryOnEintr([&] { return write(file_.get(), bytes.data(), bytes.size()); });
    if (written < 0) return ErrnoStatus(errno, "cannot be written", path_);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status NewFile::Commit() {
  if (!named_) {
    std::string self = absl::StrCat("/proc/self/fd/", file_.get());
    named_ = linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name_.c_str(), AT_SYMLINK_FOLLOW) == 0;
    if (!named_) return ErrnoStatus(errno, "cannot be written", path_);
  }
  if (std::rename(name_.c_str(), path_.c_str()) != 0) {
    return ErrnoStatus(errno, "cannot be replaced", path_);
  }
  named_ = false;
  return absl::OkStatus();
}

}  // namespace triad::cli
