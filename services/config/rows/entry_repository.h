// The SQL of the config service: rows in, rows out, no rules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/database/database.h"
#include "services/config/model/entry.h"
#include "services/config/secrets/secret_box.h"

namespace triad::config {

// The row of the table `meta`.
struct Meta {
  Revision head;
  Revision floor;
  Epoch epoch;
  // Absent until the first start is complete.
  std::optional<Sealed> key_check;
};

// One row of the table `versions`.
struct StoredEntry {
  EntryName name;
  std::int64_t version = 0;
  Revision revision;
  bool deleted = false;
  ValueKind kind = ValueKind::kString;
  std::string value;  // text of the value; the ciphertext of a secret
  bool secret = false;
  std::string key_id, nonce;  // of a secret
  absl::Time create_time;
  absl::Time update_time;
};

struct VersionName {
  EntryName name;
  std::int64_t version = 0;
};

// The newest version of a key, also of a deleted one, without its value.
struct LatestVersion {
  std::int64_t version = 0;
  Revision revision;
  bool deleted = false;
  bool secret = false;
  absl::Time create_time;
};

// A half-open range of keys of one namespace, in bytewise order.
struct KeyRange {
  std::string space;
  std::string begin;  // included
  std::string end;    // not included
};

struct KeySize {
  std::string key;
  std::int64_t bytes = 0;
};

struct RevisionSize {
  Revision revision;
  std::int64_t bytes = 0;
};

// What compaction looks at.
struct EventRow {
  Revision revision;
  EntryName name;
  std::int64_t version = 0;
  absl::Time update_time;
};

// Works inside one transaction. Errors are those of db::Session.
class EntryRepository {
 public:
  explicit EntryRepository(db::Session& session) : session_(session) {}

  absl::StatusOr<Meta> ReadMeta();
  // Ends the first start.
  absl::Status WriteMeta(Epoch epoch, const Sealed& key_check);
  // head + 1, taken first in every transaction that writes entries: the row is
  // locked until the commit, which makes revisions dense and in commit order.
  absl::StatusOr<Revision> TakeRevision();
  // The same lock without a revision: whatever wrote entries before is seen, and
  // whatever comes later begins after the commit.
  absl::Status HoldWrites();
  absl::Status SetFloor(Revision floor);

  // Names of the keys that versions are sealed with, in order.
  absl::StatusOr<std::vector<std::string>> KeyIdsInUse();
  absl::StatusOr<std::int64_t> CountSealedWith(const std::string& key_id);
  // The version that follows `after` among those that are sealed with `key_id`,
  // by name and version.
  absl::StatusOr<std::optional<StoredEntry>> NextSealedWith(const std::string& key_id,
                                                            const VersionName& after);
  // Puts `sealed` in the place of what a version holds.
  absl::Status ReplaceSealed(const VersionName& version, const Sealed& sealed);

  absl::StatusOr<std::optional<StoredEntry>> Find(const EntryName& name);
  absl::StatusOr<std::optional<LatestVersion>> Latest(const EntryName& name);
  // Keys of `range` after `after`, in order, with the sizes of their values.
  absl::StatusOr<std::vector<KeySize>> ListSizes(const KeyRange& range, absl::string_view after,
                                                 std::int64_t limit);
  // Entries of `range` after `after`, up to `last`, in order.
  absl::StatusOr<std::vector<StoredEntry>> List(const KeyRange& range, absl::string_view after,
                                                absl::string_view last);

  // Adds a version, makes it the current one, and logs it as the event
  // `ordinal` of its revision. Makes the namespace if it is missing.
  absl::Status Append(const StoredEntry& entry, std::int64_t ordinal);

  // Events of `range` after a revision, in order, with the sizes of their values.
  absl::StatusOr<std::vector<RevisionSize>> EventSizes(const KeyRange& range, Revision after,
                                                       std::int64_t limit);
  // Events of `range` after a revision, up to `last`, in order.
  absl::StatusOr<std::vector<StoredEntry>> Events(const KeyRange& range, Revision after,
                                                  Revision last);

  // Events of all namespaces after a revision, in order.
  absl::StatusOr<std::vector<EventRow>> EventsAfter(Revision after, std::int64_t limit);
  absl::Status DeleteEventsThrough(Revision last);
  absl::Status DeleteVersionsBefore(const EntryName& name, std::int64_t version);

 private:
  absl::Status EnsureNamespace(const std::string& space, absl::Time now);

  db::Session& session_;
};

}  // namespace triad::config
