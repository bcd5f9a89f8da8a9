// The table `events`: what each revision changed.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad::config {

struct RevisionSize {
  Revision revision;
  std::int64_t bytes = 0;  // of the value of one event
};

// What compaction looks at.
struct EventRow {
  Revision revision;
  EntryName name;
  std::int64_t version = 0;
  absl::Time update_time;
};

// Lists are in order of revision and ordinal.
class EventRows {
 public:
  explicit EventRows(db::Session& session) : session_(session) {}

  // Says that the revision of `entry` wrote it, as its event `ordinal`.
  absl::Status Append(const StoredEntry& entry, std::int64_t ordinal);

  // Events of `filter` after a revision.
  absl::StatusOr<std::vector<RevisionSize>> ListSizes(const EntryFilter& filter, Revision after,
                                                      std::int64_t limit);
  // Events of `filter` after a revision, up to `last`.
  absl::StatusOr<std::vector<StoredEntry>> List(const EntryFilter& filter, Revision after,
                                                Revision last);
  // Events of all namespaces after a revision.
  absl::StatusOr<std::vector<EventRow>> ListAll(Revision after, std::int64_t limit);
  absl::Status DeleteThrough(Revision last);

 private:
  db::Session& session_;
};

}  // namespace triad::config
