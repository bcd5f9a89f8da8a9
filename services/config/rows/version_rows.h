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
#include "services/config/rows/namespace_rows.h"

namespace triad::config {

// The newest version of a key, also of a deleted one, without its value.
struct LatestVersion {
  std::int64_t version = 0;
  Revision revision;
  bool deleted = false;
  bool secret = false;
  absl::Time create_time;
  std::optional<absl::Time> expire_time;
  NamespaceState space = NamespaceState::kActive;  // of its namespace
  std::string labels;                              // as FormatLabels() writes them
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
  // The version before this one, if it is kept.
  absl::StatusOr<std::optional<StoredEntry>> Before(const EntryName& name, std::int64_t version);
  // Versions of a key below `below`, the newest first.
  absl::StatusOr<std::vector<VersionSize>> ListSizes(const EntryName& name, std::int64_t below,
                                                     std::int64_t limit);
  // Those below `below` down to `last`, the newest first.
  absl::StatusOr<std::vector<StoredEntry>> List(const EntryName& name, std::int64_t below,
                                                std::int64_t last);
  // Of a namespace that is there. ALREADY_EXISTS if there is this version of the key.
  absl::Status Add(const StoredEntry& entry);
  // How many versions the keys of the filter have, counted up to `limit`.
  absl::StatusOr<std::int64_t> Count(const EntryFilter& filter, std::int64_t limit);
  absl::Status DeleteBefore(const EntryName& name, std::int64_t version);
  // Takes the value of a version away.
  absl::Status Destroy(const EntryName& name, std::int64_t version);
  // Deletes up to `limit` versions of a namespace that are no deletions. Returns how many.
  absl::StatusOr<std::int64_t> DeleteValues(const std::string& space, std::int64_t limit);
  // Keys of the filter with versions after a revision, in order.
  absl::StatusOr<std::vector<std::string>> KeysChangedAfter(const EntryFilter& filter,
                                                            Revision after, std::int64_t limit);

 private:
  // The newest version of a key for which `condition` holds, with $3.
  absl::StatusOr<std::optional<StoredEntry>> FindOne(absl::string_view condition,
                                                     const EntryName& name, std::int64_t parameter);

  db::Session& session_;
};

// For the queries of this folder that read whole versions: what they select from
// `versions v`, and the rows made into values.
inline constexpr absl::string_view kVersionColumns =
    "v.namespace, v.key, v.version, v.revision, v.ordinal, v.deleted, v.kind, v.value, v.secret, "
    "v.key_id, v.nonce, v.content_id, v.description, v.labels, v.create_time, v.update_time, "
    "v.expire_time, v.destroyed";
absl::StatusOr<std::vector<StoredEntry>> QueryVersions(db::Session& session, absl::string_view sql,
                                                       absl::Span<const db::Value> parameters);
// The first of them.
absl::StatusOr<std::optional<StoredEntry>> QueryVersion(db::Session& session, absl::string_view sql,
                                                        absl::Span<const db::Value> parameters);

}  // namespace triad::config
