// Removes blobs that no object refers to.
//
// Garbage is what a write replaced: it has an entry, and goes at once. An orphan
// is what a crash left between blob and row: it has neither row nor entry, and
// goes once it is older than a grace period that no write lasts. So do uploads
// that nobody will finish, where the store has such a thing.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/base/clock.h"
#include "runtime/base/mutex.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/rows/object_repository.h"

namespace triad::storage {

struct SweeperOptions {
  // How often orphans are looked for, beginning at the start.
  absl::Duration interval = absl::Minutes(10);
  absl::Duration grace = absl::Hours(1);
};

// Thread-safe. Blocks.
class Sweeper {
 public:
  Sweeper(ObjectRepository& objects, BlobStore& blobs, const Clock& clock, SweeperOptions options)
      : objects_(objects), blobs_(blobs), clock_(clock), options_(options) {}

  // Removes all garbage; how many blobs that were.
  absl::StatusOr<int> SweepGarbage();
  // Removes all orphans; how many that were. If anything cannot be read, it
  // removes none. Then frees what unfinished writes left.
  absl::StatusOr<int> SweepOrphans();

  const SweeperOptions& options() const { return options_; }

 private:
  absl::StatusOr<std::vector<std::string>> FindOrphans();

  ObjectRepository& objects_;
  BlobStore& blobs_;
  const Clock& clock_;
  const SweeperOptions options_;
};

// Runs a Sweeper on a thread of its own until destroyed. A sweep that fails is
// logged and tried again.
class SweeperThread {
 public:
  explicit SweeperThread(Sweeper& sweeper);
  ~SweeperThread();
  SweeperThread(const SweeperThread&) = delete;
  SweeperThread& operator=(const SweeperThread&) = delete;

  // There is garbage. Does not block.
  void Wake();

 private:
  void Run();

  Sweeper& sweeper_;
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool garbage_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses the rest
};

}  // namespace triad::storage
