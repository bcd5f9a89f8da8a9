// Configuration entries, as the domain sees them: plain values, no gRPC, no SQL.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/base/resources/revision.h"

namespace triad::config {

struct EntryName {
  std::string space;  // the namespace
  std::string key;
  friend auto operator<=>(const EntryName&, const EntryName&) = default;
};

// The entries of one namespace whose keys start with a prefix.
struct EntryFilter {
  std::string space;
  std::string prefix;
};

// A JSON document, kept as the text it was given as.
struct Json {
  std::string text;
  friend bool operator==(const Json&, const Json&) = default;
};

using Value = std::variant<std::string, std::int64_t, double, bool, Json>;

// The kind of a Value, as stored in the database; never renumbered.
enum class ValueKind : std::int64_t { kString = 1, kInt = 2, kDouble = 3, kBool = 4, kJson = 5 };

ValueKind KindOf(const Value& value);

// The text of a value: doubles in the shortest form that reads back the same.
std::string FormatValue(const Value& value);

// Reads back what FormatValue wrote. DATA_LOSS if `text` is not of that kind.
absl::StatusOr<Value> ParseValue(ValueKind kind, std::string text);

// What every answer has in the place of a secret's value.
inline constexpr absl::string_view kMask = "********";

// One version of an entry, safe to show: the value of a secret is kMask. One that is a
// deletion has no value.
struct Entry {
  EntryName name;
  Value value;
  bool secret = false;
  std::int64_t version = 0;
  Revision revision;
  absl::Time create_time;
  absl::Time update_time;
  std::string etag;
  bool deleted = false;
  std::string description;
  std::string labels;  // as FormatLabels() writes them
  std::optional<absl::Time> expire_time;
  // Whether its value was taken away: it has none then.
  bool destroyed = false;
  // Of the store when it was read; 0 of one that was just written, which is at its revision.
  Revision read_revision;
};

// The value of a secret, encrypted.
struct Sealed {
  std::string key_id;      // names the key that it is sealed with
  std::string nonce;       // 12 bytes
  std::string ciphertext;  // as long as the value, and 16 bytes of tag
};

// One version of an entry, as it is kept.
struct StoredEntry {
  EntryName name;
  std::int64_t version = 0;
  Revision revision;
  bool deleted = false;
  ValueKind kind = ValueKind::kString;
  std::string value;  // text of the value, empty if deleted; the ciphertext of a secret
  bool secret = false;
  std::string key_id, nonce;  // of a secret
  // Of a secret: drawn for its value, and taken over with it. Two secrets with one id are
  // equal, which can be told without opening them.
  std::string content_id;
  std::string description;
  std::string labels;  // as FormatLabels() writes them
  absl::Time create_time;
  absl::Time update_time;
  std::optional<absl::Time> expire_time;  // when it is deleted
  bool destroyed = false;                 // whether its value was taken away
  std::int64_t ordinal = 0;               // among what its revision wrote
};

// What may be shown of `stored`. DATA_LOSS if its value is not of its kind.
absl::StatusOr<Entry> Show(StoredEntry stored, Epoch epoch);

// Whether two versions say the same: value, whether it is a secret, description, labels.
// Secrets are compared by the id of their content, and not opened.
bool SameContent(const StoredEntry& a, const StoredEntry& b);

struct EntryEvent {
  enum class Type { kPut, kDelete };
  Type type = Type::kPut;
  // If it was deleted, with name, version, revision and times alone.
  Entry entry;
  // What the entry had before, for watches that select by labels.
  std::string labels_before = {};
  // The entry before, for watches that ask for it.
  std::shared_ptr<const Entry> previous = {};
  // The length of the entry's value if it has been left out, of a change that is too large to
  // be held; what is in its place is empty then.
  std::int64_t left_out_bytes = 0;
};

// Everything that one transaction changed, in its order; or some of that, more of which
// follows, or its end; or a part of how the store is at that revision, or the end of it.
struct Change {
  enum class Part { kChange, kUnfinished, kRevisionEnd, kSnapshot, kSnapshotEnd };

  Revision revision;
  std::vector<EntryEvent> events;
  Part part = Part::kChange;
  std::int64_t snapshot_entries = 0;  // at its end
  std::int64_t bytes = 0;             // of what was written, if it is known
  std::int64_t first_event = 0;       // where it begins in its revision
};

}  // namespace triad::config
