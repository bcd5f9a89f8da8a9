#include "services/config/watch/change_log.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/rows/event_rows.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {
namespace {

struct Cut {
  Revision last;
  bool complete;  // nothing is left behind it
};

// Where a page ends: it holds whole revisions, and at least one.
Cut CutPage(const std::vector<RevisionSize>& sizes, const ChangeLogOptions& options) {
  bool full = static_cast<std::int64_t>(sizes.size()) > options.page_events;
  Revision first = sizes.front().revision;
  Revision current = first, before_current;
  std::int64_t bytes = 0;
  for (const RevisionSize& size : sizes) {
    if (size.revision != current) before_current = std::exchange(current, size.revision);
    bytes += size.bytes;
    bool end_may_be_missing = full && size.revision == sizes.back().revision;
    if (size.revision != first && (bytes > options.page_bytes || end_may_be_missing)) {
      return {before_current, false};
    }
  }
  return {current, !full};
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
  TRIAD_ASSIGN_OR_RETURN(event.previous, Show(*std::move(before), epoch));
  return absl::OkStatus();
}

// One Change per revision, of what matches.
absl::StatusOr<std::vector<Change>> Group(db::Session& session, std::vector<StoredEntry> rows,
                                          const WatchFilter& filter, Epoch epoch) {
  std::vector<Change> changes;
  for (StoredEntry& row : rows) {
    EntryEvent event;
    TRIAD_RETURN_IF_ERROR(AddWhatWasBefore(session, row, filter, epoch, event));
    if (!filter.Matches(row.name, row.labels, event.labels_before)) continue;
    if (changes.empty() || changes.back().revision != row.revision) {
      changes.push_back({row.revision, {}});
    }
    event.type = row.deleted ? EntryEvent::Type::kDelete : EntryEvent::Type::kPut;
    TRIAD_ASSIGN_OR_RETURN(event.entry, Show(std::move(row), epoch));
    changes.back().events.push_back(std::move(event));
  }
  return changes;
}

// What is read for a filter, which may be more than matches.
EntryFilter RangeOf(const WatchFilter& filter) {
  return filter.range().value_or(EntryFilter{filter.space, ""});
}

// Looks at no more events than fit on a page, however few of them match. Only a revision
// is never divided.
absl::StatusOr<EventQuery> PlanPage(db::Session& session, EventQuery query, std::int64_t rows) {
  TRIAD_ASSIGN_OR_RETURN(std::optional<Revision> behind,
                         EventRows(session).FindBehind(query.after, rows));
  if (!behind.has_value()) return query;
  // Of all namespaces there is no other way than along the revisions.
  std::int64_t versions = rows + 1;
  if (!query.filter.space.empty()) {
    TRIAD_ASSIGN_OR_RETURN(versions, VersionRows(session).Count(query.filter, rows + 1));
  }
  query.by_key = versions <= rows;
  if (query.by_key) return query;
  query.through = Revision{std::max(behind->value - 1, query.after.value + 1)};
  return query;
}

}  // namespace

absl::StatusOr<Bounds> StoredChangeLog::ReadBounds() {
  TRIAD_ASSIGN_OR_RETURN(Meta meta, db::Read(database_, [](db::Session& session) {
                           return MetaRows(session).Read();
                         }));
  return Bounds{meta.floor, meta.head};
}

absl::StatusOr<ChangePage> StoredChangeLog::ReadAfter(const WatchFilter& filter, Revision after) {
  return db::Read(database_, [&](db::Session& session) -> absl::StatusOr<ChangePage> {
    EventRows events(session);
    TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
    if (after < meta.floor) return BeforeFloor(after, {meta.floor, meta.head});
    TRIAD_ASSIGN_OR_RETURN(EventQuery query, PlanPage(session, {RangeOf(filter), after, meta.head},
                                                      options_.page_rows));
    ChangePage page{{}, std::max(after, query.through)};
    // Sizes are read first, so that no more values are read than fit on a page.
    TRIAD_ASSIGN_OR_RETURN(std::vector<RevisionSize> sizes,
                           events.ListSizes(query, options_.page_events + 1));
    if (sizes.empty()) return page;
    Cut cut = CutPage(sizes, options_);
    query.through = cut.last;
    TRIAD_ASSIGN_OR_RETURN(std::vector<StoredEntry> stored, events.List(query));
    TRIAD_ASSIGN_OR_RETURN(page.changes, Group(session, std::move(stored), filter, epoch_));
    if (!cut.complete) page.scanned = cut.last;
    return page;
  });
}

absl::Status BeforeFloor(Revision after, Bounds bounds) {
  absl::Status status = absl::OutOfRangeError(
      absl::StrCat("revision ", after.value, " lies before ", bounds.floor.value,
                   ", the oldest revision that can be watched from; the newest is ",
                   bounds.head.value, ": list the entries, then watch after the list"));
  return WithReason(
      std::move(status), "COMPACTED", "config.triad",
      {{"floor", absl::StrCat(bounds.floor.value)}, {"revision", absl::StrCat(bounds.head.value)}});
}

}  // namespace triad::config
