#include "services/config/watch/snapshot.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

constexpr std::int64_t kEntriesOfPart = 1000;
constexpr std::int64_t kNamespacesOfPage = 1000;

absl::StatusOr<std::vector<std::string>> SpacesOf(NamespaceStore& namespaces,
                                                  const WatchFilter& filter) {
  if (!filter.space.empty()) return std::vector<std::string>{filter.space};
  std::vector<std::string> spaces;
  for (bool more = true; more;) {
    TRIAD_ASSIGN_OR_RETURN(
        NamespacePage page,
        namespaces.List(spaces.empty() ? std::string() : spaces.back(), kNamespacesOfPage));
    for (Namespace& found : page.namespaces) spaces.push_back(std::move(found.name));
    more = page.more;
  }
  return spaces;
}

// Without those that begin with another one.
std::vector<std::string> Disjoint(std::vector<std::string> prefixes) {
  std::sort(prefixes.begin(), prefixes.end());
  std::vector<std::string> kept;
  for (std::string& prefix : prefixes) {
    if (kept.empty() || !absl::StartsWith(prefix, kept.back())) kept.push_back(std::move(prefix));
  }
  return kept;
}

}  // namespace

absl::StatusOr<Snapshot> Snapshot::Begin(EntryStore& store, NamespaceStore& namespaces,
                                         const WatchFilter& filter) {
  Snapshot snapshot(store);
  // Any list tells the revision. Namespaces that are made later have changes after it.
  TRIAD_ASSIGN_OR_RETURN(
      EntryPage first,
      store.List({.filter = {filter.space, ""}, .limit = 1, .with_values = false}));
  snapshot.revision_ = first.revision;
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> spaces, SpacesOf(namespaces, filter));
  for (const std::string& space : spaces) {
    for (const std::string& prefix : Disjoint(filter.prefixes)) {
      snapshot.queries_.push_back({.filter = {space, prefix},
                                   .limit = kEntriesOfPart,
                                   .at = snapshot.revision_,
                                   .labels = filter.labels});
    }
  }
  return snapshot;
}

absl::StatusOr<Change> Snapshot::Next() {
  Change part;
  part.revision = revision_;
  part.part = Change::Part::kSnapshot;
  while (!queries_.empty() && part.events.empty()) {
    ListQuery& query = queries_.front();
    TRIAD_ASSIGN_OR_RETURN(EntryPage page, store_->List(query));
    for (Entry& entry : page.entries) {
      part.events.push_back({EntryEvent::Type::kPut, std::move(entry)});
    }
    query.after = std::move(page.after);
    if (!page.more) queries_.pop_front();
  }
  entries_ += static_cast<std::int64_t>(part.events.size());
  if (!queries_.empty()) return part;
  ended_ = true;
  part.part = Change::Part::kSnapshotEnd;
  part.snapshot_entries = entries_;
  return part;
}

}  // namespace triad::config
