#include "services/storage/sweep/sweeper.h"

#include <pthread.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::storage {
namespace {

// Rows per transaction: none of them keeps a reader long.
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
    TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> garbage, objects_.Garbage(kPage));
    if (garbage.empty()) return removed;
    for (const std::string& blob : garbage) TRIAD_RETURN_IF_ERROR(blobs_.Remove(blob));
    // A crash before this commit only means that they are removed again.
    TRIAD_RETURN_IF_ERROR(objects_.ForgetGarbage(garbage));
    removed += static_cast<int>(garbage.size());
  }
}

absl::StatusOr<int> Sweeper::SweepOrphans() {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> orphans, FindOrphans());
  for (const std::string& blob : orphans) TRIAD_RETURN_IF_ERROR(blobs_.Remove(blob));
  TRIAD_RETURN_IF_ERROR(blobs_.RemoveUnfinished(clock_.Now() - options_.grace));
  return static_cast<int>(orphans.size());
}

// Files first, rows after: a blob listed here is too old to be on its way to its
// first row, and no blob ever gets a second one.
absl::StatusOr<std::vector<std::string>> Sweeper::FindOrphans() {
  TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> candidates,
                         blobs_.ListOlderThan(clock_.Now() - options_.grace));
  std::sort(candidates.begin(), candidates.end());
  std::string last;
  while (!candidates.empty()) {
    TRIAD_ASSIGN_OR_RETURN(std::vector<std::string> used, objects_.BlobsAfter(last, kPage));
    if (used.empty()) break;
    last = used.back();
    std::vector<std::string> rest;
    std::set_difference(candidates.begin(), candidates.end(), used.begin(), used.end(),
                        std::back_inserter(rest));
    candidates = std::move(rest);
  }
  return candidates;
}

SweeperThread::SweeperThread(Sweeper& sweeper) : sweeper_(sweeper), thread_([this] { Run(); }) {
  pthread_setname_np(thread_.native_handle(), "sweeper");
}

SweeperThread::~SweeperThread() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.NotifyOne();
  thread_.join();
}

void SweeperThread::Wake() {
  {
    MutexLock lock(mutex_);
    garbage_ = true;
  }
  changed_.NotifyOne();
}

void SweeperThread::Run() {
  absl::Time next_orphans = absl::InfinitePast();
  while (true) {
    LogSweep("garbage", sweeper_.SweepGarbage());
    if (absl::Now() >= next_orphans) {
      LogSweep("orphans", sweeper_.SweepOrphans());
      next_orphans = absl::Now() + sweeper_.options().interval;
    }
    MutexLock lock(mutex_);
    while (!stopping_ && !garbage_ && absl::Now() < next_orphans) {
      changed_.WaitFor(mutex_, next_orphans - absl::Now());
    }
    if (stopping_) return;
    garbage_ = false;
  }
}

}  // namespace triad::storage
