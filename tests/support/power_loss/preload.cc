// Loaded into a process under test by LD_PRELOAD: journals every change of a
// file under POWER_LOSS_ROOT, so that what was never synced can be taken back.
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <string>

#include "tests/support/power_loss/journal.h"

namespace {

using triad::testing::JournalHeader;
using triad::testing::JournalRecord;

template <typename Function>
Function Next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

class Journal {
 public:
  static Journal& Get() {
    static auto* journal = new Journal();
    return *journal;
  }

  std::mutex& mutex() { return mutex_; }
  bool ignore_sync() const { return ignore_sync_; }

  // Path of `name` if it lies under the root, else empty.
  std::string Watched(const char* name) const {
    if (root_.empty() || name == nullptr) return "";
    std::string path = name;
    if (path.empty() || path[0] != '/') {
      char cwd[PATH_MAX];
      if (getcwd(cwd, sizeof cwd) == nullptr) return "";
      path = std::string(cwd) + "/" + path;
    }
    return path.rfind(root_ + "/", 0) == 0 || path == root_ ? path : "";
  }

  std::string PathOf(int fd) const {
    if (root_.empty()) return "";
    char link[64];
    char path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size <= 0) return "";
    path[size] = '\0';
    return Watched(path);
  }

  void Append(JournalHeader header, const std::string& name, const std::string& data) {
    header.name_size = static_cast<std::uint32_t>(name.size());
    header.data_size = data.size();
    std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
    bytes += name + data;
    static const auto write_real = Next<ssize_t (*)(int, const void*, size_t)>("write");
    if (write_real(fd_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) abort();
  }

  // Keeps the file at `path` under a name of the journal's own.
  std::uint64_t Backup(const std::string& path) {
    std::uint64_t number = ++backups_;
    std::string kept = file_ + "." + std::to_string(number);
    return link(path.c_str(), kept.c_str()) == 0 ? number : 0;
  }

  // Before `size` bytes change at `offset`, or the file is cut there (size 0).
  void BeforeWrite(int fd, std::uint64_t offset, std::uint64_t size) {
    struct stat info;
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) return;
    auto length = static_cast<std::uint64_t>(info.st_size);
    std::uint64_t end = size == 0 ? length : std::min(length, offset + size);
    std::string old(end > offset ? end - offset : 0, '\0');
    if (!old.empty() && !ReadBack(fd, offset, old)) abort();
    Append({JournalRecord::kWrite, 0, info.st_ino, offset, length, 0, 0}, "", old);
  }

 private:
  Journal() {
    const char* file = getenv("POWER_LOSS_JOURNAL");
    const char* root = getenv("POWER_LOSS_ROOT");
    if (file == nullptr || root == nullptr) return;
    file_ = file;
    ignore_sync_ = getenv("POWER_LOSS_IGNORE_SYNC") != nullptr;
    static const auto open_real = Next<int (*)(const char*, int, ...)>("open");
    fd_ = open_real(file, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
    if (fd_ < 0) abort();
    root_ = root;
  }

  // The descriptor may be write-only: reads through a fresh one.
  static bool ReadBack(int fd, std::uint64_t offset, std::string& out) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    static const auto open_real = Next<int (*)(const char*, int, ...)>("open");
    int reader = open_real(link, O_RDONLY | O_CLOEXEC);
    if (reader < 0) return false;
    std::size_t got = 0;
    while (got < out.size()) {
      const ssize_t n =
          pread(reader, out.data() + got, out.size() - got, static_cast<off_t>(offset + got));
      if (n <= 0) break;
      got += static_cast<std::size_t>(n);
    }
    close(reader);
    return got == out.size();
  }

  std::mutex mutex_;
  std::string file_;
  std::string root_;
  int fd_ = -1;
  bool ignore_sync_ = false;
  std::uint64_t backups_ = 0;
};

int Opened(const char* name, int flags, mode_t mode, const char* symbol) {
  Journal& journal = Journal::Get();
  auto real = Next<int (*)(const char*, int, ...)>(symbol);
  std::string path = journal.Watched(name);
  if (path.empty()) return real(name, flags, mode);
  std::lock_guard lock(journal.mutex());
  struct stat info;
  bool exists = stat(name, &info) == 0;
  if (!exists && (flags & O_CREAT) != 0) {
    journal.Append({JournalRecord::kCreate, 0, 0, 0, 0, 0, 0}, path, "");
  }
  int fd = real(name, (flags & O_TRUNC) != 0 ? flags & ~O_TRUNC : flags, mode);
  if (fd >= 0 && exists && (flags & O_TRUNC) != 0) {
    journal.BeforeWrite(fd, 0, 0);
    if (ftruncate(fd, 0) != 0) abort();
  }
  return fd;
}

ssize_t Written(int fd, const void* data, size_t size, off_t offset, const char* symbol) {
  Journal& journal = Journal::Get();
  auto real = Next<ssize_t (*)(int, const void*, size_t, off_t)>(symbol);
  if (journal.PathOf(fd).empty()) return real(fd, data, size, offset);
  std::lock_guard lock(journal.mutex());
  journal.BeforeWrite(fd, static_cast<std::uint64_t>(offset), size);
  return real(fd, data, size, offset);
}

int Truncated(int fd, off_t length, const char* symbol) {
  Journal& journal = Journal::Get();
  auto real = Next<int (*)(int, off_t)>(symbol);
  if (journal.PathOf(fd).empty()) return real(fd, length);
  std::lock_guard lock(journal.mutex());
  journal.BeforeWrite(fd, static_cast<std::uint64_t>(length), 0);
  return real(fd, length);
}

int Synced(int fd, const char* symbol) {
  Journal& journal = Journal::Get();
  auto real = Next<int (*)(int)>(symbol);
  std::string path = journal.PathOf(fd);
  if (path.empty()) return real(fd);
  if (journal.ignore_sync()) return 0;
  std::lock_guard lock(journal.mutex());
  int result = real(fd);
  struct stat info;
  if (result == 0 && fstat(fd, &info) == 0) {
    const auto record =
        S_ISDIR(info.st_mode) ? JournalRecord::kSyncDirectory : JournalRecord::kSync;
    journal.Append({record, 0, info.st_ino, 0, 0, 0, 0}, path, "");
  }
  return result;
}

}  // namespace

extern "C" {

int open(const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return Opened(name, flags, mode, "open");
}

int open64(const char* name, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return Opened(name, flags, mode, "open64");
}

ssize_t write(int fd, const void* data, size_t size) {
  Journal& journal = Journal::Get();
  static const auto real = Next<ssize_t (*)(int, const void*, size_t)>("write");
  if (journal.PathOf(fd).empty()) return real(fd, data, size);
  std::lock_guard lock(journal.mutex());
  bool appends = (fcntl(fd, F_GETFL) & O_APPEND) != 0;
  journal.BeforeWrite(fd, static_cast<std::uint64_t>(lseek(fd, 0, appends ? SEEK_END : SEEK_CUR)),
                      size);
  return real(fd, data, size);
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  return Written(fd, data, size, offset, "pwrite");
}
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  return Written(fd, data, size, offset, "pwrite64");
}
int ftruncate64(int fd, off64_t length) noexcept { return Truncated(fd, length, "ftruncate64"); }

int rename(const char* from, const char* to) noexcept {
  Journal& journal = Journal::Get();
  static const auto real = Next<int (*)(const char*, const char*)>("rename");
  std::string source = journal.Watched(from);
  if (source.empty()) return real(from, to);
  std::lock_guard lock(journal.mutex());
  std::uint64_t backup = journal.Backup(to);
  journal.Append({JournalRecord::kRename, 0, 0, 0, 0, 0, backup}, source, journal.Watched(to));
  return real(from, to);
}

int unlink(const char* name) noexcept {
  Journal& journal = Journal::Get();
  static const auto real = Next<int (*)(const char*)>("unlink");
  std::string path = journal.Watched(name);
  if (path.empty()) return real(name);
  std::lock_guard lock(journal.mutex());
  journal.Append({JournalRecord::kRemove, 0, 0, 0, 0, 0, journal.Backup(path)}, path, "");
  return real(name);
}

int fdatasync(int fd) { return Synced(fd, "fdatasync"); }
int fsync(int fd) { return Synced(fd, "fsync"); }

}  // extern "C"
