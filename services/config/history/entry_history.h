// Reads entries as they were.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/config/history/entry_diff.h"
#include "services/config/model/entry.h"

namespace triad::config {

struct HistoryQuery {
  EntryName name;
  // Only versions before this one.
  std::int64_t below = std::numeric_limits<std::int64_t>::max();
  std::int64_t limit = 100;
};

struct VersionPage {
  std::vector<Entry> versions;  // the newest first, deletions among them
  bool more = false;
  // The newest of the store when the page was read.
  Revision revision;
};

// Thread-safe. Blocks: not for gRPC threads. Secrets are masked in all that it returns.
// All calls may also return the errors of the database.
class EntryHistory {
 public:
  // A page ends early once its values have `page_bytes`; it holds at least one version.
  EntryHistory(db::Database& database, Epoch epoch, std::int64_t page_bytes = 2 << 20)
      : database_(database), epoch_(epoch), page_bytes_(page_bytes) {}

  // NOT_FOUND if there is no such version any more, or it is a deletion.
  absl::StatusOr<Entry> GetVersion(const EntryName& name, std::int64_t version);

  // The entry as of a revision. NOT_FOUND if it was not there; OUT_OF_RANGE if the
  // revision is older than what is kept, or has not happened.
  absl::StatusOr<Entry> GetAt(const EntryName& name, Revision revision);

  // NOT_FOUND if nothing is kept of the entry.
  absl::StatusOr<VersionPage> List(const HistoryQuery& query);

  // What differs between two states of namespaces. Errors are those of DiffEntries.
  absl::StatusOr<DiffPage> Diff(const DiffQuery& query);

 private:
  db::Database& database_;
  const Epoch epoch_;
  const std::int64_t page_bytes_;
};

}  // namespace triad::config
