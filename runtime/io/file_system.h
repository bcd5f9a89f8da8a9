// The seam through which every file of blobs and keys is touched.
//
// One implementation is the operating system (FileSystem::Posix()). The other,
// in fault_file_system.h, keeps files in memory, loses what was not synced when
// told to crash, and fails the n-th call. Paths are absolute or relative to the
// process; parents must exist. Errors name the path and the cause:
// NOT_FOUND (ENOENT), ALREADY_EXISTS (EEXIST), RESOURCE_EXHAUSTED (ENOSPC,
// EDQUOT), PERMISSION_DENIED (EACCES, EPERM, EROFS), else INTERNAL.
//
// What is durable: the bytes of a file after its Sync returned OK; a name after
// SyncDirectory of its directory returned OK. After a Sync that failed, the
// file's content is unknown: close it, remove it, report the error.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace triad {

// A file being written from its start. Not thread-safe. Closed, not synced, by
// its destructor.
class WritableFile {
 public:
  virtual ~WritableFile() = default;
  // Appends all of `bytes` or fails; how much was written then is unknown.
  virtual absl::Status Append(absl::string_view bytes) = 0;
  // Begins, where the system can, what Sync will wait for. Whether it succeeds is what Sync
  // says.
  virtual void BeginSync() {}
  // Makes the content durable (fdatasync). Never call anything after it failed.
  virtual absl::Status Sync() = 0;
};

// A file open for reading. Thread-safe. Keeps its content readable after Remove.
class ReadableFile {
 public:
  virtual ~ReadableFile() = default;
  // Up to `count` bytes at `offset`; fewer only at the end of the file.
  virtual absl::StatusOr<std::string> Read(std::uint64_t offset, std::size_t count) const = 0;
  virtual absl::StatusOr<std::uint64_t> Size() const = 0;
  // Makes the content durable that somebody else has written. As WritableFile::Sync.
  virtual absl::Status Sync() const = 0;
};

struct FileInfo {
  std::string name;  // without directory
  std::uint64_t size = 0;
  absl::Time modified;
};

// Thread-safe.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // Creates a new file; ALREADY_EXISTS if the name is taken. `mode` as chmod.
  virtual absl::StatusOr<std::unique_ptr<WritableFile>> Create(const std::string& path,
                                                               unsigned mode = 0640) = 0;
  virtual absl::StatusOr<std::unique_ptr<ReadableFile>> Open(const std::string& path) = 0;
  // Replaces `to` if it exists, atomically.
  virtual absl::Status Rename(const std::string& from, const std::string& to) = 0;
  virtual absl::Status Remove(const std::string& path) = 0;
  // OK if the directory is there already.
  virtual absl::Status MakeDirectory(const std::string& path) = 0;
  virtual absl::Status SyncDirectory(const std::string& path) = 0;
  // Regular files of a directory, in no order.
  virtual absl::StatusOr<std::vector<FileInfo>> List(const std::string& path) = 0;

  // The operating system's files. Lives as long as the process.
  static FileSystem& Posix();
};

// Creates `path` and the parents it lacks, syncing each parent.
absl::Status MakeDirectories(FileSystem& files, const std::string& path);

// "a/b/c" -> "a/b", "/a" -> "/", "a" -> ".".
std::string ParentOf(const std::string& path);

// Whole content of a file, at most `limit` bytes (RESOURCE_EXHAUSTED if larger).
absl::StatusOr<std::string> ReadFile(FileSystem& files, const std::string& path, std::size_t limit);

}  // namespace triad
