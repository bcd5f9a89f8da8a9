// The changes of the past, as a watch replays them.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"
#include "services/config/watch/watch_filter.h"

namespace triad::config {

// Changes can be asked for after any revision from `floor` to `head`.
struct Bounds {
  Revision floor;
  Revision head;
};

// A piece of the past.
struct ChangePage {
  // Only events that match, in order. The first may be the rest of a revision, and the last
  // some of one: those are large.
  std::vector<Change> changes;
  // There are no other matches up to here.
  Position scanned;
};

// Thread-safe. Blocks.
class ChangeLog {
 public:
  virtual ~ChangeLog() = default;
  virtual absl::StatusOr<Bounds> ReadBounds() = 0;
  // The first of the matches after a place, or none if none is among the first that
  // are looked at. `scanned` is greater than `after` if the head is. OUT_OF_RANGE, with the floor,
  // if `after` lies before the floor.
  //
  // With `filter.coalesce`, a page that holds more than one revision may be one change, of the
  // last of them.
  virtual absl::StatusOr<ChangePage> ReadAfter(const WatchFilter& filter, Position after) = 0;
};

struct ChangeLogOptions {
  // The limits of one page. It holds at least one event, however large that is, and whole
  // revisions, unless the first is larger than a page.
  std::int64_t page_events = 256;
  std::int64_t page_bytes = 1 << 20;
  // How many events are looked at to find them, about.
  std::int64_t page_rows = 2000;
};

// The change log of the database.
class StoredChangeLog final : public ChangeLog {
 public:
  StoredChangeLog(db::Database& database, Epoch epoch, ChangeLogOptions options = {})
      : database_(database), epoch_(epoch), options_(options) {}

  absl::StatusOr<Bounds> ReadBounds() override;
  absl::StatusOr<ChangePage> ReadAfter(const WatchFilter& filter, Position after) override;

 private:
  db::Database& database_;
  Epoch epoch_;
  ChangeLogOptions options_;
};

// The OUT_OF_RANGE of a watch after a revision that lies before the floor, with both bounds.
absl::Status BeforeFloor(Revision after, Bounds bounds);

}  // namespace triad::config
