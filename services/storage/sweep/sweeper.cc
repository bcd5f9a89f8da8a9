#include "services/storage/sweep/sweeper.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"
#include "services/storage/rows/garbage_rows.h"
#include "services/storage/rows/object_rows.h"

namespace triad::storage {
namespace {

// Rows per transaction, so that none of them keeps a reader long.
constexpr std::int64_t kPage = 1000;

void LogSweep(absl::string_view what, const absl::StatusOr<int>& removed) {
  if (!removed.ok()) {
    log::Warning("sweep failed", {{"of", what}, {"error", removed.status().message()}});
  } else if (*removed > 0) {
    log::Debug("swept", {{"of", what}, {"blobs", *removed}});
  }
}

}  // namespace

absl::StatusOr<int> Sweeper::SweepGarbage() {
  int removed = 0;
  while (true) {
    TRIAD_ASSIGN_OR_RETURN(
        std::vector<std::string> garbage,
        db::Read(database_, [](db::Session& session) { return GarbageRows(session).List(kPage); }));
    if (garbage.empty()) return removed;
    for (const std::string& blob : garbage) TRIAD_RETURN_IF_ERROR(blobs_.Remove(blob));
    // A crash before this commit only means that they are removed again.
    TRIAD_RETURN_IF_ERROR(database_.Write(
        [&](db::Session& session) { return GarbageRows(session).Delete(garbage); }));
    removed += static_cast<int>(garbage.size());
  }
}

absl::StatusOr<int> Sweeper::SweepOrphans() {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> orphans, FindOrphans());
  for (const std::string& blob : orphans) TRIAD_RETURN_IF_ERROR(blobs_.Remove(blob));
  TRIAD_RETURN_IF_ERROR(blobs_.RemoveUnfinished(clock_.Now() - options_.grace));
  return static_cast<int>(orphans.size());
}

// Lists the blobs first and reads the rows afterwards: a blob that is listed is too old
// to be on its way to its row, and no blob ever gets a second row.
absl::StatusOr<std::vector<std::string>> Sweeper::FindOrphans() {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> candidates,
                         blobs_.ListOlderThan(clock_.Now() - options_.grace));
  std::sort(candidates.begin(), candidates.end());
  std::string last;
  while (!candidates.empty()) {
    TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> used,
                           db::Read(database_, [&](db::Session& session) {
                             return ObjectRows(session).BlobsAfter(last, kPage);
                           }));
    if (used.empty()) break;
    last = used.back();
    std::vector<std::string> rest;
    std::set_difference(candidates.begin(), candidates.end(), used.begin(), used.end(),
                        std::back_inserter(rest));
    candidates = std::move(rest);
  }
  return candidates;
}

BackgroundSweeps::BackgroundSweeps(Sweeper& sweeper)
    : garbage_("sweep-garbage", sweeper.options().interval,
               [&sweeper](const Background&) { LogSweep("garbage", sweeper.SweepGarbage()); }),
      orphans_("sweep-orphans", sweeper.options().interval,
               [&sweeper](const Background&) { LogSweep("orphans", sweeper.SweepOrphans()); }) {}

}  // namespace triad::storage
