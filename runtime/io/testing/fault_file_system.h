// A file system in memory that tells the truth about durability: what was not
// synced is gone after Crash(), and any call can be made to fail.
//
// To prove something for every fault, count the calls of one clean run, then
// repeat it once per call:
//
//   for (int n = 1; n <= calls; ++n) {
//     FaultFileSystem files;
//     files.FailNth(n, absl::InternalError("injected"));
//     ... run; what was acknowledged must be there ...
//   }
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/mutex.h"
#include "runtime/io/file_system.h"

namespace triad {

// Thread-safe. Must outlive the files it opened.
class FaultFileSystem final : public FileSystem {
 public:
  // What is left, after a crash, of changes that were not synced. All of these
  // happen on real disks.
  enum class Loss {
    kEverything,   // neither bytes nor names
    kBytes,        // names as they were, files cut to what was synced
    kHalfOfBytes,  // names as they were, half of each file's unsynced bytes
  };

  // `clock` gives the files' times and must outlive this.
  explicit FaultFileSystem(const Clock& clock = Clock::System());
  ~FaultFileSystem() override;

  // The n-th call from now (1 is the next) fails once with `error`. A failed
  // Append has written half; the bytes of a failed Sync never become durable,
  // whatever a later Sync says; any other failed call has done nothing.
  void FailNth(int n, absl::Status error);

  // The next n calls work, all later ones fail with UNAVAILABLE: the process
  // was killed there. Lasts until Crash.
  void StopAfter(int n);
  bool stopped() const;

  // Power loss: drops what was not synced, lifts StopAfter and FailNth. Files
  // that were open fail from now on.
  void Crash(Loss loss = Loss::kEverything);

  // Calls of any kind so far, of files too.
  int calls() const;
  // Paths of every file there is now, in order.
  std::vector<std::string> Paths() const;

  absl::StatusOr<std::unique_ptr<WritableFile>> Create(const std::string& path,
                                                       unsigned mode = 0640) override;
  absl::StatusOr<std::unique_ptr<ReadableFile>> Open(const std::string& path) override;
  absl::Status Rename(const std::string& from, const std::string& to) override;
  absl::Status Remove(const std::string& path) override;
  absl::Status MakeDirectory(const std::string& path) override;
  absl::Status SyncDirectory(const std::string& path) override;
  absl::StatusOr<std::vector<FileInfo>> List(const std::string& path) override;

 private:
  class Writer;
  class Reader;
  struct Node;
  using NodePtr = std::shared_ptr<Node>;  // names and open files hold it, as an inode
  struct Place;

  // Counts a call; the injected error if it is this call's turn.
  absl::Status Begin() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Stopped() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // UNAVAILABLE for a file opened after `crashes` crashes, if there were more.
  absl::Status CheckOpen(int crashes) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Of a file that was opened after `crashes` crashes.
  absl::Status Sync(Node& node, int crashes);
  // The directory that holds `path`, and its last segment.
  absl::StatusOr<Place> Find(const std::string& path) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<NodePtr> FindDirectory(const std::string& path) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void CrashNode(Node& node, Loss loss);

  const Clock& clock_;
  mutable Mutex mutex_;
  const NodePtr root_;  // what it points to is guarded by mutex_
  int calls_ ABSL_GUARDED_BY(mutex_) = 0;
  int crashes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<int, absl::Status> faults_ ABSL_GUARDED_BY(mutex_);
  int stop_at_ ABSL_GUARDED_BY(mutex_) = -1;  // -1: never
};

}  // namespace triad
