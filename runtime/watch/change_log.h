// The changes of the past, as a watch replays them.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/resources/revision.h"
#include "runtime/watch/encoded_change.h"
#include "runtime/watch/watch_filter.h"

namespace triad {

// Changes can be asked for after any revision from `floor` to `head`.
struct ChangeBounds {
  Revision floor;
  Revision head;
};

// A piece of the past.
struct LogPage {
  // Only events that match, in order. The first may be the rest of a revision, and the last
  // some of one: those are large.
  std::vector<EncodedChange> changes;
  // There are no other matches up to here.
  Position scanned;
};

// Thread-safe. Blocks.
class ChangeLog {
 public:
  virtual ~ChangeLog() = default;
  virtual absl::StatusOr<ChangeBounds> ReadBounds() = 0;
  // The first of the matches after a place, or none if none is among the first that
  // are looked at. `scanned` is greater than `after` if the head is. OUT_OF_RANGE, with the floor,
  // if `after` lies before the floor.
  //
  // With `filter.coalesce`, a page that holds more than one revision may be one change, of the
  // last of them.
  virtual absl::StatusOr<LogPage> ReadAfter(const WatchFilter& filter, Position after) = 0;
};

// The OUT_OF_RANGE of a watch of a service ("config") after a revision that lies before the
// floor, with both bounds.
absl::Status BeforeFloor(Revision after, ChangeBounds bounds, absl::string_view service);

}  // namespace triad
