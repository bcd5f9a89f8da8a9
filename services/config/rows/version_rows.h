// The table `versions`: every version that was written and is not yet compacted.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"

namespace triad::config {

// The newest version of a key, also of a deleted one, without its value.
struct LatestVersion {
  std::int64_t version = 0;
  Revision revision;
  bool deleted = false;
  bool secret = false;
  absl::Time create_time;
};

struct VersionSize {
  std::int64_t version = 0;
  std::int64_t bytes = 0;  // of the value
};

class VersionRows {
 public:
  explicit VersionRows(db::Session& session) : session_(session) {}

  absl::StatusOr<std::optional<LatestVersion>> Latest(const EntryName& name);
  absl::StatusOr<std::optional<StoredEntry>> Find(const EntryName& name, std::int64_t version);
  // The version that was the newest of its key at `revision`.
  absl::StatusOr<std::optional<StoredEntry>> FindAt(const EntryName& name, Revision revision);
  // The newest version that is no deletion.
  absl::StatusOr<std::optional<StoredEntry>> LastValue(const EntryName& name);
  // Versions of a key below `below`, the newest first.
  absl::StatusOr<std::vector<VersionSize>> ListSizes(const EntryName& name, std::int64_t below,
                                                     std::int64_t limit);
  // Those below `below` down to `last`, the newest first.
  absl::StatusOr<std::vector<StoredEntry>> List(const EntryName& name, std::int64_t below,
                                                std::int64_t last);
  // Makes the namespace if it is missing. ALREADY_EXISTS if there is this version
  // of the key.
  absl::Status Add(const StoredEntry& entry);
  // How many versions the keys of the filter have, counted up to `limit`.
  absl::StatusOr<std::int64_t> Count(const EntryFilter& filter, std::int64_t limit);
  absl::Status DeleteBefore(const EntryName& name, std::int64_t version);

 private:
  // The newest version of a key for which `condition` holds, with $3.
  absl::StatusOr<std::optional<StoredEntry>> FindOne(absl::string_view condition,
                                                     const EntryName& name, std::int64_t parameter);

  db::Session& session_;
};

// For the queries of this folder that read whole versions: what they select from
// `versions v`, how the tables that point to it as `e` join it, and the rows made
// into values.
inline constexpr absl::string_view kVersionColumns =
    "v.namespace, v.key, v.version, v.revision, v.deleted, v.kind, v.value, v.secret, v.key_id, "
    "v.nonce, v.create_time, v.update_time";
inline constexpr absl::string_view kJoinVersions =
    " e JOIN versions v ON v.namespace = e.namespace AND v.key = e.key AND v.version = e.version";
absl::StatusOr<std::vector<StoredEntry>> QueryVersions(db::Session& session, absl::string_view sql,
                                                       absl::Span<const db::Value> parameters);

}  // namespace triad::config
