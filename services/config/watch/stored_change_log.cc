#include "services/config/watch/stored_change_log.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/rows/event_rows.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/version_rows.h"
#include "services/config/watch/newest_events.h"

namespace triad::config {
namespace {

// Where a page ends that has no room for an event: before its revision, or, if the page
// begins in that revision or with it, before the event.
Position CutBefore(Revision first, Revision revision, std::int64_t ordinal) {
  return {Revision{revision.value - 1}, revision == first ? ordinal : 0};
}

// How far a page comes that may hold what there is; nullopt if all of it fits.
std::optional<Position> CutPage(const std::vector<EventSize>& sizes,
                                const ChangeLogOptions& options) {
  std::int64_t events = 0, bytes = 0;
  for (const EventSize& size : sizes) {
    bytes += size.bytes;
    if (events == options.page_events || (events > 0 && bytes > options.page_bytes)) {
      return CutBefore(sizes.front().revision, size.revision, size.ordinal);
    }
    ++events;
  }
  return std::nullopt;
}

std::int64_t SizeOf(const Entry& entry) {
  return static_cast<std::int64_t>(FormatValue(entry.value).size() + entry.name.key.size() +
                                   entry.description.size() + entry.labels.size());
}

// What is asked for of the version before `row`.
absl::Status AddWhatWasBefore(db::Session& session, const StoredEntry& row,
                              const WatchFilter& filter, Epoch epoch, EntryEvent& event) {
  if (filter.labels.empty() && !filter.with_previous) return absl::OkStatus();
  TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> before,
                         VersionRows(session).Before(row.name, row.version));
  if (!before.has_value() || before->deleted) return absl::OkStatus();
  event.labels_before = before->labels;
  if (!filter.with_previous) return absl::OkStatus();
  TRIAD_ASSIGN_OR_RETURN(Entry previous, Show(*std::move(before), epoch));
  event.previous = std::make_shared<const Entry>(std::move(previous));
  return absl::OkStatus();
}

// Puts events into the changes of a page, as long as they fit.
class PageBuilder {
 public:
  PageBuilder(Position after, std::int64_t max_bytes) : after_(after), max_bytes_(max_bytes) {}

  // Returns false if it has no room for that, and then the page is at its end.
  bool Add(EntryEvent event, std::int64_t ordinal) {
    Revision revision = event.entry.revision;
    std::int64_t size = SizeOf(event.entry);
    if (event.previous != nullptr) size += SizeOf(*event.previous);
    if (!changes_.empty() && bytes_ + size > max_bytes_) {
      cut_ = CutBefore(changes_.front().revision, revision, ordinal);
      return false;
    }
    bytes_ += size;
    if (changes_.empty() || changes_.back().revision != revision) Begin(revision);
    changes_.back().events.push_back(std::move(event));
    return true;
  }

  // `through` is where it ends if nothing has been cut off.
  ChangePage Finish(Position through) && {
    Position scanned = cut_.value_or(through);
    bool cut_off = !changes_.empty() && changes_.back().revision > scanned.after;
    // Of a revision that is not the first nothing is told before all of it can be.
    if (cut_off && scanned.events == 0) changes_.pop_back();
    if (cut_off && scanned.events > 0) changes_.back().part = Change::Part::kUnfinished;
    return {std::move(changes_), scanned};
  }

 private:
  void Begin(Revision revision) {
    Change change;
    change.revision = revision;
    if (after_.events > 0 && revision.value == after_.after.value + 1) {
      change.part = Change::Part::kRevisionEnd;
      change.first_event = after_.events;
    }
    changes_.push_back(std::move(change));
  }

  const Position after_;
  const std::int64_t max_bytes_;
  std::vector<Change> changes_;
  std::int64_t bytes_ = 0;
  std::optional<Position> cut_;
};

absl::StatusOr<ChangePage> BuildPage(db::Session& session, std::vector<StoredEntry> rows,
                                     const WatchFilter& filter, Epoch epoch, Position through,
                                     PageBuilder builder) {
  for (StoredEntry& row : rows) {
    EntryEvent event;
    TRIAD_RETURN_IF_ERROR(AddWhatWasBefore(session, row, filter, epoch, event));
    if (!filter.Matches(row.name.space, row.name.key, row.labels, event.labels_before)) continue;
    event.type = row.deleted ? EntryEvent::Type::kDelete : EntryEvent::Type::kPut;
    std::int64_t ordinal = row.ordinal;
    TRIAD_ASSIGN_OR_RETURN(event.entry, Show(std::move(row), epoch));
    if (!builder.Add(std::move(event), ordinal)) break;
  }
  return std::move(builder).Finish(through);
}

// The next page of a watch that wants only what happened last: reads no value that was
// replaced. nullopt if that page is one as of any other watch.
absl::StatusOr<std::optional<ChangePage>> ReadNewest(db::Session& session, const EventQuery& query,
                                                     const WatchFilter& filter, Epoch epoch,
                                                     const ChangeLogOptions& options) {
  if (!filter.coalesce || !filter.labels.empty() || query.after.events > 0) return std::nullopt;
  TRIAD_ASSIGN_OR_RETURN(std::vector<EventKey> keys,
                         EventRows(session).ListKeys(query, options.page_rows));
  bool more = static_cast<std::int64_t>(keys.size()) == options.page_rows;
  std::optional<NewestEvents> newest =
      PickNewest(keys, filter, more, query.through, options.page_bytes);
  if (!newest.has_value()) return std::nullopt;
  Change change;
  for (const EventKey& key : newest->events) {
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> row,
                           VersionRows(session).Find(key.name, key.version));
    if (!row.has_value()) continue;  // there is no such version in this transaction
    change.revision = row->revision;
    auto type = row->deleted ? EntryEvent::Type::kDelete : EntryEvent::Type::kPut;
    TRIAD_ASSIGN_OR_RETURN(Entry entry, Show(*std::move(row), epoch));
    change.events.push_back({type, std::move(entry)});
  }
  ChangePage page{{}, std::max(query.after, newest->through)};
  if (!change.events.empty()) page.changes.push_back(std::move(change));
  return page;
}

// What is read for a filter, which may be more than matches.
EntryFilter RangeOf(const WatchFilter& filter) {
  bool one_range = !filter.space.empty() && filter.prefixes.size() == 1;
  return {filter.space, one_range ? filter.prefixes.front() : ""};
}

// Looks at no more events than fit on a page, however few of them match. What is only looked
// at is never a part of a revision.
absl::StatusOr<EventQuery> PlanPage(db::Session& session, EventQuery query, std::int64_t rows) {
  TRIAD_ASSIGN_OR_RETURN(std::optional<Revision> behind,
                         EventRows(session).FindBehind(query.after.after, rows));
  if (!behind.has_value()) return query;
  // Of all namespaces there is no other way than along the revisions.
  std::int64_t versions = rows + 1;
  if (!query.filter.space.empty()) {
    TRIAD_ASSIGN_OR_RETURN(versions, VersionRows(session).Count(query.filter, rows + 1));
  }
  query.by_key = versions <= rows;
  if (query.by_key) return query;
  query.through = {Revision{std::max(behind->value - 1, query.after.after.value + 1)}};
  return query;
}

}  // namespace

absl::StatusOr<ChangeBounds> StoredChangeLog::ReadBounds() {
  TRIAD_ASSIGN_OR_RETURN(Meta meta, db::Read(database_, [](db::Session& session) {
                           return MetaRows(session).Read();
                         }));
  return ChangeBounds{meta.floor, meta.head};
}

absl::StatusOr<LogPage> StoredChangeLog::ReadAfter(const WatchFilter& filter, Position after) {
  TRIAD_ASSIGN_OR_RETURN(ChangePage page, Read(filter, after));
  LogPage encoded{{}, page.scanned};
  for (const Change& change : page.changes) encoded.changes.push_back(encode_(change));
  return encoded;
}

absl::StatusOr<ChangePage> StoredChangeLog::Read(const WatchFilter& filter, Position after) {
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<ChangePage> {
    EventRows events(session);
    TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
    if (after.after < meta.floor)
      return BeforeFloor(after.after, {meta.floor, meta.head}, "config");
    TRIAD_ASSIGN_OR_RETURN(
        EventQuery query,
        PlanPage(session, {RangeOf(filter), after, {meta.head}}, options_.page_rows));
    TRIAD_ASSIGN_OR_RETURN(std::optional<ChangePage> newest,
                           ReadNewest(session, query, filter, epoch_, options_));
    if (newest.has_value()) return *std::move(newest);
    // Sizes are read first, so that no more values are read than fit on a page.
    TRIAD_ASSIGN_OR_RETURN(std::vector<EventSize> sizes,
                           events.ListSizes(query, options_.page_events + 1));
    if (sizes.empty()) return ChangePage{{}, std::max(after, query.through)};
    query.through = CutPage(sizes, options_).value_or(query.through);
    TRIAD_ASSIGN_OR_RETURN(std::vector<StoredEntry> stored, events.List(query));
    TRIAD_ASSIGN_OR_RETURN(ChangePage page,
                           BuildPage(session, std::move(stored), filter, epoch_, query.through,
                                     PageBuilder(after, options_.page_bytes)));
    if (filter.coalesce) Coalesce(page);
    return page;
  });
}

}  // namespace triad::config
