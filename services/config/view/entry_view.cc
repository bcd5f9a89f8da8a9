#include "services/config/view/entry_view.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/config/rows/current_rows.h"
#include "services/config/rows/meta_rows.h"

namespace triad::config {
namespace {

// Of one read transaction of the start.
constexpr std::int64_t kLoadedAtOnce = 5'000;

}  // namespace

EntryView::EntryView(Epoch epoch, Metrics& metrics, EntryViewOptions options)
    : epoch_(epoch),
      options_(options),
      bytes_gauge_(metrics.Gauge("triad_config_view_bytes", "Memory of the entries in memory.")),
      entries_gauge_(metrics.Gauge("triad_config_view_entries", "Entries in memory.")) {}

absl::Status EntryView::Load(db::Database& database) {
  {
    MutexLock lock(mutex_);
    complete_ = options_.max_bytes > 0;
  }
  std::optional<WrittenAt> after;
  for (bool more = true; more;) {
    absl::Status loaded = database.Read([&](db::Session& session) -> absl::Status {
      TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
      TRIAD_ASSIGN_OR_RETURN(
          std::vector<CurrentRow> rows,
          CurrentRows(session).List(after, kLoadedAtOnce, options_.max_value_bytes));
      more = static_cast<std::int64_t>(rows.size()) == kLoadedAtOnce;
      MutexLock lock(mutex_);
      head_ = loaded_ = meta.head;
      for (const CurrentRow& row : rows) {
        after = row.at;
        if (complete_) Put(row.entry, row.kind, row.value, row.value_bytes);
      }
      return absl::OkStatus();
    });
    TRIAD_RETURN_IF_ERROR(loaded);
  }
  return absl::OkStatus();
}

void EntryView::Apply(const Change& change) {
  MutexLock lock(mutex_);
  head_ = change.revision;
  if (!complete_) return;
  for (const EntryEvent& event : change.events) {
    const Entry& entry = event.entry;
    if (event.type == EntryEvent::Type::kDelete) {
      Remove(entry.name);
    } else {
      std::string value;
      if (!entry.secret && !entry.destroyed) value = FormatValue(entry.value);
      std::size_t bytes = value.size() + static_cast<std::size_t>(event.left_out_bytes);
      Put(entry, KindOf(entry.value), value, bytes);
    }
    if (!complete_) return;
    spaces_[entry.name.space].changed = change.revision;
  }
}

void EntryView::Remove(const EntryName& name) {
  Entries& entries = spaces_[name.space].entries;
  auto found = entries.find(absl::string_view(name.key));
  if (found == entries.end()) return;
  bytes_ -= static_cast<std::int64_t>(found->bytes());
  --count_;
  entries.erase(found);
  CheckSize();
}

void EntryView::Put(const Entry& entry, ValueKind kind, absl::string_view value,
                    std::size_t value_bytes) {
  Entries& entries = spaces_[entry.name.space].entries;
  auto at = entries.lower_bound(absl::string_view(entry.name.key));
  if (at != entries.end() && at->key() == entry.name.key) {
    bytes_ -= static_cast<std::int64_t>(at->bytes());
    --count_;
    at = entries.erase(at);
  }
  auto length = static_cast<std::int64_t>(value.size());
  bool fits = length <= options_.max_value_bytes && bytes_ + length <= options_.max_bytes;
  PackedEntry packed(entry, kind, fits ? value : absl::string_view(), value_bytes);
  bytes_ += static_cast<std::int64_t>(packed.bytes());
  ++count_;
  entries.insert(at, std::move(packed));
  CheckSize();
}

void EntryView::CheckSize() {
  if (bytes_ > options_.max_bytes) {
    log::Warning("entries are read from the database, they are too many for --view_bytes",
                 {{"entries", count_}, {"view_bytes", options_.max_bytes}});
    spaces_.clear();
    bytes_ = count_ = 0;
    complete_ = false;
  }
  bytes_gauge_.Set(static_cast<double>(bytes_));
  entries_gauge_.Set(static_cast<double>(count_));
}

std::optional<std::vector<EntryView::Found>> EntryView::Find(
    absl::Span<const EntryName> names) const {
  std::vector<Found> found;
  found.reserve(names.size());
  MutexLock lock(mutex_);
  if (!complete_) return std::nullopt;
  for (const EntryName& name : names) found.push_back(FindOne(name));
  return found;
}

EntryView::Found EntryView::FindOne(const EntryName& name) const {
  Found found;
  found.revision = head_;
  auto space = spaces_.find(name.space);
  if (space == spaces_.end()) return found;
  auto entry = space->second.entries.find(absl::string_view(name.key));
  if (entry == space->second.entries.end()) return found;
  absl::StatusOr<Entry> unpacked = entry->Unpack(name.space, epoch_, true);
  found.has_value = entry->has_value() && unpacked.ok();
  if (unpacked.ok()) {
    found.entry = *std::move(unpacked);
    found.entry->read_revision = head_;
  }
  return found;
}

std::optional<std::int64_t> EntryView::Count(const std::string& space) const {
  MutexLock lock(mutex_);
  if (!complete_) return std::nullopt;
  auto found = spaces_.find(space);
  return found == spaces_.end() ? 0 : static_cast<std::int64_t>(found->second.entries.size());
}

std::optional<absl::StatusOr<EntryView::Listed>> EntryView::List(const ListQuery& query,
                                                                 std::int64_t page_bytes) const {
  static const Space kEmpty;
  MutexLock lock(mutex_);
  if (!complete_) return std::nullopt;
  auto space = spaces_.find(query.filter.space);
  const Space& listed = space == spaces_.end() ? kEmpty : space->second;
  Revision changed = std::max(listed.changed, loaded_);
  if (query.at.has_value() && (*query.at < changed || *query.at > head_)) return std::nullopt;
  return ListSpace(query.filter.space, listed, query, page_bytes);
}

absl::StatusOr<EntryView::Listed> EntryView::ListSpace(const std::string& name, const Space& space,
                                                       const ListQuery& query,
                                                       std::int64_t page_bytes) const {
  Listed listed;
  PageBuilder builder(query, page_bytes);
  std::size_t taken = 0;
  // Returns whether to go on.
  auto visit = [&](const PackedEntry& entry) -> absl::StatusOr<bool> {
    Candidate candidate{entry.key(),    entry.labels(), entry.kind(),
                        entry.secret(), false,          entry.value_bytes()};
    PageBuilder::Verdict verdict = builder.Offer(candidate);
    if (verdict != PageBuilder::Verdict::kTake) return verdict == PageBuilder::Verdict::kPass;
    if (query.with_values && !entry.has_value()) listed.without_value.push_back(taken);
    ++taken;
    TRIAD_ASSIGN_OR_RETURN(Entry unpacked, entry.Unpack(name, epoch_, query.with_values));
    builder.Take(std::move(unpacked));
    return true;
  };
  const std::string& prefix = query.filter.prefix;
  const Entries& entries = space.entries;
  bool go_on = true;
  if (query.descending) {
    auto at = query.after.empty() ? entries.lower_bound(absl::string_view(db::PrefixEnd(prefix)))
                                  : entries.lower_bound(absl::string_view(query.after));
    while (go_on && at != entries.begin() && absl::StartsWith((--at)->key(), prefix)) {
      TRIAD_ASSIGN_OR_RETURN(go_on, visit(*at));
    }
  } else {
    auto at = query.after < prefix ? entries.lower_bound(absl::string_view(prefix))
                                   : entries.upper_bound(absl::string_view(query.after));
    for (; go_on && at != entries.end() && absl::StartsWith(at->key(), prefix); ++at) {
      TRIAD_ASSIGN_OR_RETURN(go_on, visit(*at));
    }
  }
  listed.page = std::move(builder).Finish(query.at.value_or(head_));
  listed.page.changed = std::max(space.changed, loaded_);
  return listed;
}

}  // namespace triad::config
