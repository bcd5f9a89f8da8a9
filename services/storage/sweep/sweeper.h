// Removes blobs that no object refers to.
//
// Garbage is what a write replaced: it has a row in the table `garbage`, and goes at
// once. An orphan is what a crash left between blob and row: it has neither, and goes
// once it is older than a grace period that no write lasts. So do uploads that nobody
// will finish, where the store has such a thing.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/base/background.h"
#include "runtime/base/clock.h"
#include "runtime/database/database.h"
#include "services/storage/blobs/blob_store.h"

namespace triad::storage {

struct SweeperOptions {
  // How often orphans are looked for, beginning at the start.
  absl::Duration interval = absl::Minutes(10);
  absl::Duration grace = absl::Hours(1);
};

// Thread-safe. Blocks. What it is given must outlive it.
class Sweeper {
 public:
  Sweeper(db::Database& database, BlobStore& blobs, const Clock& clock, SweeperOptions options)
      : database_(database), blobs_(blobs), clock_(clock), options_(options) {}

  // Removes all garbage; how many blobs that were.
  absl::StatusOr<int> SweepGarbage();
  // Removes all orphans; how many that were. If anything cannot be read, it
  // removes none. Then frees what unfinished writes left.
  absl::StatusOr<int> SweepOrphans();

  const SweeperOptions& options() const { return options_; }

 private:
  absl::StatusOr<std::vector<std::string>> FindOrphans();

  db::Database& database_;
  BlobStore& blobs_;
  const Clock& clock_;
  const SweeperOptions options_;
};

// Runs a Sweeper until destroyed: each kind of sweep at once and then each interval,
// on a thread of its own, so that neither waits for the other. A sweep that fails is
// logged and tried again.
class BackgroundSweeps {
 public:
  explicit BackgroundSweeps(Sweeper& sweeper);

  // There is garbage. Thread-safe, does not block.
  void Wake() { garbage_.Wake(); }

 private:
  Background garbage_;
  Background orphans_;
};

}  // namespace triad::storage
