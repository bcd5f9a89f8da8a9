// Removes blobs that no object refers to.
//
// Garbage is what a write or a deletion has left without references: it goes at once, as
// LooseContent says, and has a row in the table `garbage` until it is gone. An orphan is what a
// crash left between blob and row: it has neither, and goes once it is older than a grace period
// that no write lasts. So do uploads that nobody will finish, where the store has such a thing.
//
// What cannot be removed is passed over, counted and tried again by the next sweep: it
// keeps nothing else from going. If anything cannot be read, nothing is removed; if the
// store itself is away, the sweep ends.
#pragma once

#include <prometheus/gauge.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/base/background.h"
#include "runtime/base/clock.h"
#include "runtime/database/database.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/sweep/loose_content.h"

namespace triad {
class Metrics;
}

namespace triad::storage {

struct SweeperOptions {
  // How often orphans are looked for, beginning at the start.
  absl::Duration interval = absl::Minutes(10);
  absl::Duration grace = absl::Hours(1);
};

// Thread-safe. Blocks. What it is given must outlive it.
class Sweeper {
 public:
  Sweeper(db::Database& database, BlobStore& blobs, ContentHolds& holds, const Clock& clock,
          Metrics& metrics, SweeperOptions options);

  absl::StatusOr<Removals> SweepGarbage(Stopping stopping = NeverStopping);
  absl::StatusOr<Removals> SweepOrphans(Stopping stopping = NeverStopping);
  // Frees what unfinished writes left.
  absl::StatusOr<Removals> SweepUploads();

  const SweeperOptions& options() const { return options_; }

 private:
  absl::StatusOr<Removals> RemoveGarbage(Stopping stopping);
  absl::StatusOr<Removals> RemoveOrphans(Stopping stopping);
  absl::StatusOr<std::vector<std::string>> FindOrphans();
  // Returns those that are gone, and adds to `removals`.
  absl::StatusOr<std::vector<std::string>> Remove(const std::vector<std::string>& blobs,
                                                  Stopping stopping, Removals& removals);

  db::Database& database_;
  BlobStore& blobs_;
  const Clock& clock_;
  LooseContent loose_;
  const SweeperOptions options_;
  // What the last sweep of each kind could not remove.
  prometheus::Gauge& garbage_left_;
  prometheus::Gauge& orphans_left_;
  prometheus::Gauge& uploads_left_;
};

// Runs a Sweeper until destroyed: garbage, and the rest, at once and then each interval,
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
