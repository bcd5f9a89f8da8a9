#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "runtime/base/status.h"
#include "runtime/io/file_system.h"
#include "runtime/io/posix.h"

namespace triad {
namespace {

absl::Status SyncDescriptor(const Descriptor& descriptor, const std::string& path) {
  // Never repeated, not even after EINTR: the kernel reports a lost page once.
  if (fdatasync(descriptor.get()) != 0) return ErrnoStatus(errno, "sync", path);
  return absl::OkStatus();
}

class PosixWritableFile final : public WritableFile {
 public:
  PosixWritableFile(std::string path, Descriptor descriptor)
      : path_(std::move(path)), descriptor_(std::move(descriptor)) {}

  absl::Status Append(absl::string_view bytes) override {
    while (!bytes.empty()) {
      ssize_t written =
          RetryOnEintr([&] { return write(descriptor_.get(), bytes.data(), bytes.size()); });
      if (written < 0) return ErrnoStatus(errno, "write", path_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return absl::OkStatus();
  }

  void BeginSync() override {
    // Without the flags that wait, it tells of no error, and takes none from Sync.
    sync_file_range(descriptor_.get(), 0, 0, SYNC_FILE_RANGE_WRITE);
  }

  absl::Status Sync() override { return SyncDescriptor(descriptor_, path_); }

 private:
  const std::string path_;
  const Descriptor descriptor_;
};

class PosixReadableFile final : public ReadableFile {
 public:
  PosixReadableFile(std::string path, Descriptor descriptor)
      : path_(std::move(path)), descriptor_(std::move(descriptor)) {}

  absl::StatusOr<std::string> Read(std::uint64_t offset, std::size_t count) const override {
    std::string bytes(count, '\0');
    std::size_t done = 0;
    while (done < count) {
      ssize_t got = RetryOnEintr([&] {
        return pread(descriptor_.get(), bytes.data() + done, count - done,
                     static_cast<off_t>(offset + done));
      });
      if (got < 0) return ErrnoStatus(errno, "read", path_);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
  }

  absl::StatusOr<std::uint64_t> Size() const override {
    struct stat info;
    if (fstat(descriptor_.get(), &info) != 0) return ErrnoStatus(errno, "stat", path_);
    return static_cast<std::uint64_t>(info.st_size);
  }

  absl::Status Sync() const override { return SyncDescriptor(descriptor_, path_); }

 private:
  const std::string path_;
  const Descriptor descriptor_;
};

class PosixFileSystem final : public FileSystem {
 public:
  absl::StatusOr<std::unique_ptr<WritableFile>> Create(const std::string& path,
                                                       unsigned mode) override {
    TRIAD_ASSIGN_OR_RETURN(Descriptor descriptor,
                           OpenDescriptor(path, O_WRONLY | O_CREAT | O_EXCL, mode));
    return std::make_unique<PosixWritableFile>(path, std::move(descriptor));
  }

  absl::StatusOr<std::unique_ptr<ReadableFile>> Open(const std::string& path) override {
    TRIAD_ASSIGN_OR_RETURN(Descriptor descriptor, OpenDescriptor(path, O_RDONLY));
    return std::make_unique<PosixReadableFile>(path, std::move(descriptor));
  }

  absl::Status Rename(const std::string& from, const std::string& to) override {
    if (rename(from.c_str(), to.c_str()) != 0) return ErrnoStatus(errno, "rename to " + to, from);
    return absl::OkStatus();
  }

  absl::Status Remove(const std::string& path) override {
    if (unlink(path.c_str()) != 0) return ErrnoStatus(errno, "remove", path);
    return absl::OkStatus();
  }

  absl::Status MakeDirectory(const std::string& path) override {
    if (mkdir(path.c_str(), 0750) == 0) return absl::OkStatus();
    int error = errno;
    struct stat info;
    if (error == EEXIST && stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
      return absl::OkStatus();
    }
    return ErrnoStatus(error, "make directory", path);
  }

  absl::Status SyncDirectory(const std::string& path) override {
    TRIAD_ASSIGN_OR_RETURN(Descriptor descriptor, OpenDescriptor(path, O_RDONLY | O_DIRECTORY));
    // EINVAL: a file system on which directories need no sync.
    if (fsync(descriptor.get()) != 0 && errno != EINVAL) {
      return ErrnoStatus(errno, "sync directory", path);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<FileInfo>> List(const std::string& path) override {
    std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
    if (directory == nullptr) return ErrnoStatus(errno, "list", path);
    std::vector<FileInfo> files;
    while (true) {
      errno = 0;
      const dirent* entry = readdir(directory.get());
      if (entry == nullptr && errno != 0) return ErrnoStatus(errno, "list", path);
      if (entry == nullptr) return files;
      struct stat info;
      if (fstatat(dirfd(directory.get()), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) continue;  // removed since it was read
        return ErrnoStatus(errno, "stat", path + "/" + entry->d_name);
      }
      if (!S_ISREG(info.st_mode)) continue;
      files.push_back({entry->d_name, static_cast<std::uint64_t>(info.st_size),
                       absl::TimeFromTimespec(info.st_mtim)});
    }
  }
};

}  // namespace

FileSystem& FileSystem::Posix() {
  static PosixFileSystem* const files = new PosixFileSystem;
  return *files;
}

}  // namespace triad
