// The entries as they are, in memory.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/base/mutex.h"
#include "runtime/database/database.h"
#include "services/config/entries/list_page.h"
#include "services/config/model/entry.h"
#include "services/config/view/packed_entry.h"

namespace prometheus {
class Gauge;
}

namespace triad {
class Metrics;
}

namespace triad::config {

struct EntryViewOptions {
  // For all entries. Beyond it values stay in the database, and beyond it without values
  // all entries do, as with 0.
  std::int64_t max_bytes = 64 << 20;
  // A larger value stays in the database.
  std::int64_t max_value_bytes = 4096;
};

// Thread-safe, and never blocks but for other calls of its own. Knows what every answer of
// the store before it knew, as changes are applied before the answers to their writes leave.
class EntryView {
 public:
  EntryView(Epoch epoch, Metrics& metrics, EntryViewOptions options = {});

  // Reads all entries. To be called before any change can be committed.
  absl::Status Load(db::Database& database);

  // To be called after each commit, in commit order.
  void Apply(const Change& change);

  struct Found {
    std::optional<Entry> entry;  // nullopt if there is none
    bool has_value = true;       // else its value is in the database alone
    Revision revision;           // of the store
  };
  // All as they are at one moment; nullopt if the view is not complete.
  std::optional<std::vector<Found>> Find(absl::Span<const EntryName> names) const;

  // How many entries a namespace has.
  std::optional<std::int64_t> Count(const std::string& space) const;

  struct Listed {
    EntryPage page;
    // Of those entries the value is in the database alone.
    std::vector<std::size_t> without_value;
  };
  // nullopt if the view is not complete, or no longer as it was at `query.at`. DATA_LOSS if
  // a value is not of its kind.
  std::optional<absl::StatusOr<Listed>> List(const ListQuery& query, std::int64_t page_bytes) const;

 private:
  struct ByKey {
    using is_transparent = void;
    static absl::string_view KeyOf(const PackedEntry& entry) { return entry.key(); }
    static absl::string_view KeyOf(absl::string_view key) { return key; }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return KeyOf(a) < KeyOf(b);
    }
  };
  using Entries = absl::btree_set<PackedEntry, ByKey>;
  struct Space {
    Entries entries;
    Revision changed;  // 0 if it was not since the start
  };

  // `value` is the text of the entry's value, or empty if that has more bytes.
  void Put(const Entry& entry, ValueKind kind, absl::string_view value, std::size_t value_bytes)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Remove(const EntryName& name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Found FindOne(const EntryName& name) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CheckSize() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Listed> ListSpace(const std::string& name, const Space& space,
                                   const ListQuery& query, std::int64_t page_bytes) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Epoch epoch_;
  const EntryViewOptions options_;
  prometheus::Gauge& bytes_gauge_;
  prometheus::Gauge& entries_gauge_;

  mutable Mutex mutex_;
  bool complete_ ABSL_GUARDED_BY(mutex_) = false;
  Revision head_ ABSL_GUARDED_BY(mutex_);
  // What was written before is known as it ended alone.
  Revision loaded_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Space> spaces_ ABSL_GUARDED_BY(mutex_);
  std::int64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::int64_t count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace triad::config
