// The entries that a watch begins with.
#pragma once

#include <cstdint>
#include <deque>

#include "absl/status/statusor.h"
#include "runtime/watch/watch_filter.h"
#include "services/config/entries/entry_store.h"
#include "services/config/model/entry.h"
#include "services/config/namespaces/namespace_store.h"

namespace triad::config {

// Not thread-safe. Blocks. The store must outlive it.
class Snapshot {
 public:
  // Of what matches, as it is now.
  static absl::StatusOr<Snapshot> Begin(EntryStore& store, NamespaceStore& namespaces,
                                        const WatchFilter& filter);

  Revision revision() const { return revision_; }
  bool ended() const { return ended_; }
  // The next part, at last the end. OUT_OF_RANGE if its revision is not kept any more.
  absl::StatusOr<Change> Next();

 private:
  explicit Snapshot(EntryStore& store) : store_(&store) {}

  EntryStore* store_;
  std::deque<ListQuery> queries_;
  Revision revision_;
  std::int64_t entries_ = 0;
  bool ended_ = false;
};

}  // namespace triad::config
