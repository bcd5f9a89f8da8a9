#include "services/config/history/compactor.h"

#include <algorithm>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"
#include "services/config/rows/event_rows.h"
#include "services/config/rows/meta_rows.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {
namespace {

// Removes from `events` everything from the first revision that is too young or whose
// end may be missing.
void KeepOld(std::vector<EventRow>& events, bool more, absl::Time cutoff) {
  auto young = std::find_if(events.begin(), events.end(),
                            [&](const EventRow& event) { return event.update_time > cutoff; });
  if (young == events.end() && more) --young;
  if (young == events.end()) return;
  Revision cut = young->revision;
  events.erase(std::find_if(events.begin(), events.end(),
                            [&](const EventRow& event) { return event.revision == cut; }),
               events.end());
}

absl::StatusOr<std::vector<EventRow>> OldEvents(db::Session& session, absl::Time cutoff,
                                                std::int64_t batch) {
  EventRows rows(session);
  TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
  // A revision that is larger than a batch is read again, whole.
  for (;; batch *= 2) {
    TRIAD_ASSIGN_OR_RETURN(std::vector<EventRow> events, rows.ListAll(meta.floor, batch + 1));
    bool more = static_cast<std::int64_t>(events.size()) > batch;
    bool one_revision = more && events.front().revision == events.back().revision;
    if (one_revision && events.front().update_time <= cutoff) continue;
    KeepOld(events, more, cutoff);
    return events;
  }
}

}  // namespace

absl::StatusOr<std::int64_t> CompactOnce(db::Database& database, absl::Time now,
                                         const CompactionOptions& options) {
  return db::Write(database, [&](db::Session& session) -> absl::StatusOr<std::int64_t> {
    TRIAD_ASSIGN_OR_RETURN(std::vector<EventRow> events,
                           OldEvents(session, now - options.retention, options.batch));
    if (events.empty()) return 0;
    for (const EventRow& event : events) {
      // Of a key that was deleted nothing stays, unless it was written since.
      std::int64_t first_kept = event.deleted ? event.version + 1 : event.version;
      TRIAD_RETURN_IF_ERROR(VersionRows(session).DeleteBefore(event.name, first_kept));
    }
    Revision floor = events.back().revision;
    TRIAD_RETURN_IF_ERROR(MetaRows(session).SetFloor(floor));
    return static_cast<std::int64_t>(events.size());
  });
}

Compactor::Compactor(db::Database& database, const Clock& clock, CompactionOptions options,
                     absl::Duration interval)
    : database_(database),
      clock_(clock),
      options_(options),
      background_("compactor", interval,
                  [this](const Background& background) { CompactAll(background); }) {}

void Compactor::CompactAll(const Background& background) {
  std::int64_t total = 0;
  while (!background.stopping()) {
    auto removed = CompactOnce(database_, clock_.Now(), options_);
    if (!removed.ok()) {
      log::Warning("history not compacted, will be tried again",
                   {{"error", removed.status().ToString()}});
      break;
    }
    if (*removed == 0) break;
    total += *removed;
  }
  if (total > 0) log::Info("history compacted", {{"events", total}});
}

}  // namespace triad::config
