// The table `versions` in the order of the changes: each version is an event.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad::config {

struct EventSize {
  Revision revision;
  std::int64_t ordinal = 0;
  std::int64_t bytes = 0;  // of the value and the key
};

// One event without its value.
struct EventKey {
  Revision revision;
  EntryName name;
  std::int64_t version = 0;
  std::int64_t bytes = 0;  // of the value and the key
};

// Which events, and how they are looked for.
struct EventQuery {
  EntryFilter filter;  // of all namespaces if that is empty, but not by_key
  Position after;      // only later ones
  Position through;    // and none behind this
  // Along all versions of the filter's keys; else along all events between those
  // places.
  bool by_key = false;
};

// What compaction looks at.
struct EventRow {
  Revision revision;
  EntryName name;
  std::int64_t version = 0;
  absl::Time update_time;
  bool deleted = false;
};

// Lists are in order of revision and ordinal.
class EventRows {
 public:
  explicit EventRows(db::Session& session) : session_(session) {}

  absl::StatusOr<std::vector<EventSize>> ListSizes(const EventQuery& query, std::int64_t limit);
  absl::StatusOr<std::vector<EventKey>> ListKeys(const EventQuery& query, std::int64_t limit);
  absl::StatusOr<std::vector<StoredEntry>> List(const EventQuery& query);
  // Where the events after a revision go on behind the first `count`; nullopt if there
  // are no more.
  absl::StatusOr<std::optional<Revision>> FindBehind(Revision after, std::int64_t count);
  // Events of all namespaces after a revision.
  absl::StatusOr<std::vector<EventRow>> ListAll(Revision after, std::int64_t limit);

 private:
  db::Session& session_;
};

}  // namespace triad::config
