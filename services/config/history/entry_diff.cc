#include "services/config/history/entry_diff.h"

#include <algorithm>
#include <utility>

#include "runtime/base/status.h"
#include "services/config/rows/entry_rows.h"
#include "services/config/rows/meta_rows.h"

namespace triad::config {
namespace {

constexpr std::int64_t kMaxLookedAt = 10'000;

// One of the two, key by key.
class Side {
 public:
  Side(db::Session& session, std::string space, Revision at, const DiffQuery& query)
      : rows_(session, at), filter_{std::move(space), query.prefix} {}

  // Goes on to the first key behind `after`, a deleted one also.
  absl::Status Seek(const std::string& after) {
    TRIAD_ASSIGN_OR_RETURN(next_, rows_.Next(filter_, after));
    return absl::OkStatus();
  }
  const std::optional<StoredEntry>& next() const { return next_; }
  // The entry of this key, if there is one; and the next key.
  absl::StatusOr<std::optional<StoredEntry>> Take(const std::string& key) {
    if (!next_.has_value() || next_->name.key != key) return std::nullopt;
    std::optional<StoredEntry> taken = std::move(next_);
    TRIAD_RETURN_IF_ERROR(Seek(key));
    if (taken->deleted) return std::nullopt;
    return taken;
  }

 private:
  EntryRows rows_;
  const EntryFilter filter_;
  std::optional<StoredEntry> next_;
};

bool Same(const std::optional<StoredEntry>& a, const std::optional<StoredEntry>& b) {
  if (!a.has_value() || !b.has_value()) return a.has_value() == b.has_value();
  return SameContent(*a, *b);
}

std::size_t BytesOf(const std::optional<StoredEntry>& entry) {
  return entry.has_value() && !entry->secret ? entry->value.size() : 0;
}

absl::StatusOr<std::optional<Entry>> ShowIfThere(std::optional<StoredEntry> stored, Epoch epoch) {
  if (!stored.has_value()) return std::nullopt;
  TRIAD_ASSIGN_OR_RETURN(Entry entry, Show(*std::move(stored), epoch));
  return entry;
}

// The first key of the two that is next, if there is one.
std::optional<std::string> NextKey(const Side& before, const Side& after) {
  std::optional<std::string> key;
  for (const Side* side : {&before, &after}) {
    if (!side->next().has_value()) continue;
    const std::string& next = side->next()->name.key;
    if (!key.has_value() || next < *key) key = next;
  }
  return key;
}

}  // namespace

absl::StatusOr<DiffPage> DiffEntries(db::Session& session, const DiffQuery& query, Epoch epoch,
                                     std::int64_t page_bytes) {
  TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
  DiffPage page;
  page.before = query.before.revision.value_or(meta.head);
  page.after = query.after.revision.value_or(meta.head);
  page.after_key = query.after_key;
  for (Revision at : {page.before, page.after}) TRIAD_RETURN_IF_ERROR(CheckKept(at, meta));
  Side before(session, query.before.space, page.before, query);
  Side after(session, query.after.space, page.after, query);
  for (Side* side : {&before, &after}) TRIAD_RETURN_IF_ERROR(side->Seek(query.after_key));
  std::int64_t bytes = 0;
  for (std::int64_t looked_at = 0;; ++looked_at) {
    std::optional<std::string> key = NextKey(before, after);
    if (!key.has_value()) return page;
    bool full = static_cast<std::int64_t>(page.differences.size()) == query.limit ||
                looked_at == kMaxLookedAt || bytes > page_bytes;
    page.more = full;
    if (full) return page;
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> was, before.Take(*key));
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> is, after.Take(*key));
    page.after_key = *key;
    if (Same(was, is)) continue;
    bytes += static_cast<std::int64_t>(BytesOf(was) + BytesOf(is));
    Difference difference{std::move(*key), std::nullopt, std::nullopt};
    TRIAD_ASSIGN_OR_RETURN(difference.before, ShowIfThere(std::move(was), epoch));
    TRIAD_ASSIGN_OR_RETURN(difference.after, ShowIfThere(std::move(is), epoch));
    page.differences.push_back(std::move(difference));
  }
}

}  // namespace triad::config
