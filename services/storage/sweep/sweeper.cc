#include "services/storage/sweep/sweeper.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/storage/rows/content/garbage_rows.h"
#include "services/storage/rows/content/piece_rows.h"

namespace triad::storage {
namespace {

// Rows per transaction, so that none of them keeps a reader long.
constexpr std::int64_t kPage = 1000;
// How long the store may take to say that it is there.
constexpr absl::Duration kHealthTimeout = absl::Seconds(5);

prometheus::Gauge& LeftGauge(Metrics& metrics, const std::string& of) {
  return metrics.Gauge("triad_sweep_left",
                       "What the last sweep could not remove, by what it is of.", {{"of", of}});
}

absl::StatusOr<Removals> Reported(absl::string_view what, absl::StatusOr<Removals> swept,
                                  prometheus::Gauge& left) {
  if (!swept.ok()) {
    log::Warning("sweep failed", {{"of", what}, {"error", swept.status().message()}});
    return swept;
  }
  left.Set(swept->failed);
  if (swept->failed > 0) {
    log::Warning("not all could be removed", {{"of", what},
                                              {"left", swept->failed},
                                              {"removed", swept->removed},
                                              {"error", swept->first_failure.message()}});
  } else if (swept->removed > 0) {
    log::Debug("swept", {{"of", what}, {"removed", swept->removed}});
  }
  return swept;
}

}  // namespace

Sweeper::Sweeper(db::Database& database, BlobStore& blobs, ContentHolds& holds, const Clock& clock,
                 Metrics& metrics, SweeperOptions options)
    : database_(database),
      blobs_(blobs),
      clock_(clock),
      loose_(database, holds, clock),
      options_(options),
      garbage_left_(LeftGauge(metrics, "garbage")),
      orphans_left_(LeftGauge(metrics, "orphans")),
      uploads_left_(LeftGauge(metrics, "uploads")) {}

absl::StatusOr<Removals> Sweeper::SweepGarbage(Stopping stopping) {
  return Reported("garbage", RemoveGarbage(stopping), garbage_left_);
}

absl::StatusOr<Removals> Sweeper::SweepOrphans(Stopping stopping) {
  return Reported("orphans", RemoveOrphans(stopping), orphans_left_);
}

absl::StatusOr<Removals> Sweeper::SweepUploads() {
  return Reported("uploads", blobs_.RemoveUnfinished(clock_.Now() - options_.grace), uploads_left_);
}

absl::StatusOr<Removals> Sweeper::RemoveGarbage(Stopping stopping) {
  TRIAD_RETURN_IF_ERROR(loose_.TakeListsApart(stopping));
  TRIAD_RETURN_IF_ERROR(loose_.TakePieces(stopping));
  Removals removals;
  std::string last;
  while (!stopping()) {
    TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> garbage,
                           db::Read(database_, [&](db::Session& session) {
                             return GarbageRows(session).ListAfter(last, kPage);
                           }));
    if (garbage.empty()) break;
    // Those that stay are behind `last` then, and keep no page from what follows.
    last = garbage.back();
    TRIAD_RETURN_IF_ERROR(blobs_.CheckOwner());
    TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> gone, Remove(garbage, stopping, removals));
    // A crash before this commit only means that they are removed again.
    TRIAD_RETURN_IF_ERROR(
        database_.Write([&](db::Session& session) { return GarbageRows(session).Delete(gone); }));
  }
  return removals;
}

absl::StatusOr<Removals> Sweeper::RemoveOrphans(Stopping stopping) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> orphans, FindOrphans());
  Removals removals;
  TRIAD_RETURN_IF_ERROR(Remove(orphans, stopping, removals).status());
  return removals;
}

absl::StatusOr<std::vector<std::string>> Sweeper::Remove(const std::vector<std::string>& blobs,
                                                         Stopping stopping, Removals& removals) {
  std::vector<std::string> gone;
  for (const std::string& blob : blobs) {
    if (stopping()) break;
    absl::Status removed = blobs_.Remove(blob);
    removals.Count(removed);
    if (removed.ok()) {
      gone.push_back(blob);
    } else {
      // One blob that cannot be removed is passed over; a store that is away is not asked
      // for each of thousands.
      TRIAD_RETURN_IF_ERROR(blobs_.CheckHealth(kHealthTimeout));
    }
  }
  return gone;
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
                             return PieceRows(session).BlobsAfter(last, kPage);
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
               [&sweeper](const Background& self) {
                 sweeper.SweepGarbage([&] { return self.stopping(); }).IgnoreError();
               }),
      orphans_("sweep-orphans", sweeper.options().interval, [&sweeper](const Background& self) {
        sweeper.SweepOrphans([&] { return self.stopping(); }).IgnoreError();
        sweeper.SweepUploads().IgnoreError();
      }) {}

}  // namespace triad::storage
