// How a watch reads the change log.
#include <utility>

#include "runtime/base/status.h"
#include "runtime/io/executor.h"
#include "runtime/watch/watch_hub.h"

namespace triad {
namespace {

// Who was told some of a revision is told its end, also if that has no more matches.
bool EndIsMissing(Position after, const LogPage& page) {
  Revision begun{after.after.value + 1};
  bool told = !page.changes.empty() && page.changes.front().revision == begun;
  return after.events > 0 && page.scanned.after >= begun && !told;
}

}  // namespace

void WatchHub::Replay(Id id, const WatchFilter& filter, Position after) {
  executor_.Continue([=, this] {
    if (HasRoom()) {
      TakePage(id, FindOrReadPage(filter, after));
    } else {
      Postpone(id);
    }
    MutexLock lock(mutex_);
    if (--reads_in_flight_ == 0) idle_.NotifyAll();
  });
}

absl::StatusOr<EncodedPage> WatchHub::FindOrReadPage(const WatchFilter& filter, Position after) {
  std::int64_t forgotten = 0;
  {
    MutexLock lock(mutex_);
    if (auto page = large_pages_.Find(filter, after)) return *std::move(page);
    forgotten = forgotten_;
  }
  TRIAD_ASSIGN_OR_RETURN(EncodedPage page, ReadPage(filter, after));
  if (after.events == 0 && page.scanned.events == 0) return page;
  MutexLock lock(mutex_);
  if (forgotten == forgotten_) large_pages_.Keep(filter, after, page);
  return page;
}

absl::StatusOr<EncodedPage> WatchHub::ReadPage(const WatchFilter& filter, Position after) {
  TRIAD_ASSIGN_OR_RETURN(LogPage page, log_.ReadAfter(filter, after));
  EncodedPage encoded{{}, page.scanned};
  if (EndIsMissing(after, page)) {
    EncodedChange end;
    end.revision = Revision{after.after.value + 1};
    end.first_event = after.events;
    end.bytes = encode_mark_(end.revision, WatchMark::kRevisionEnd);
    end.begin = end.bytes.size();
    encoded.changes.push_back(encoded_.Share(std::move(end)));
  }
  for (EncodedChange& change : page.changes) {
    encoded.changes.push_back(encoded_.Share(std::move(change)));
  }
  return encoded;
}

bool WatchHub::HasRoom() {
  MutexLock lock(mutex_);
  return UnreadBytes() <= 2 * options_.unread_bytes;
}

void WatchHub::Postpone(Id id) {
  MutexLock lock(mutex_);
  auto found = watchers_.find(id);
  if (found != watchers_.end()) found->second.reading = false;
}

void WatchHub::TakePage(Id id, absl::StatusOr<EncodedPage> page) {
  Actions actions;
  {
    MutexLock lock(mutex_);
    auto found = watchers_.find(id);
    if (found == watchers_.end()) return;
    Watcher& watcher = found->second;
    watcher.reading = false;
    watcher.failure = page.status();
    if (page.ok()) Keep(watcher, *std::move(page));
    Advance(id, watcher, actions);
  }
  for (const auto& action : actions) action();
}

void WatchHub::Keep(Watcher& watcher, EncodedPage page) {
  watcher.position = page.scanned;
  for (EncodedChangePtr& change : page.changes) {
    std::int64_t size = SizeOf(*change);
    // The first is what is waited for, and leaves at once.
    if (!watcher.backlog.empty() && backlog_bytes_ + size > options_.backlog_bytes) {
      watcher.position = change->before();
      return;
    }
    backlog_bytes_ += size;
    watcher.backlog.push_back(std::move(change));
  }
}

}  // namespace triad
