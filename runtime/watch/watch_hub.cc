#include "runtime/watch/watch_hub.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/clock.h"
#include "runtime/base/status.h"
#include "runtime/io/executor.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad {
namespace {

// How long one who comes to a full house waits before he tries again.
constexpr absl::Duration kRetryWatch = absl::Seconds(5);

// How often slow watchers are looked for, and whether there is room for those that wait.
constexpr absl::Duration kLookInterval = absl::Seconds(1);

absl::Status Ended(Revision resume) {
  return absl::UnavailableError(
      absl::StrCat("the server is shutting down: watch again with after_revision ", resume.value));
}

}  // namespace

Watch::~Watch() { hub_.Remove(id_); }
void Watch::Next(Done done) {
  hub_.Update(id_, [&](WatchHub::Watcher& watcher) {
    watcher.done = std::move(done);
    watcher.unread.reset();
  });
}
void Watch::OnTooSlow(std::function<void()> break_off) {
  hub_.Update(id_, [&](WatchHub::Watcher& watcher) { watcher.break_off = std::move(break_off); });
}
absl::StatusOr<WatchMessage> Watch::Tell(EncodedChange part) {
  return hub_.Tell(id_, std::move(part));
}
void Watch::MarkBy(absl::Duration time) {
  hub_.Update(id_, [&](WatchHub::Watcher& watcher) { watcher.mark_by = time; });
}
void Watch::Cancel() {
  hub_.Update(id_, [](WatchHub::Watcher& watcher) { watcher.cancelled = true; });
}

WatchHub::WatchHub(std::string service, Revision head, ChangeLog& log, EncodeMark encode_mark,
                   Executor& executor, Metrics& metrics, WatchHubOptions options)
    : service_(std::move(service)),
      options_(options),
      log_(log),
      encode_mark_(std::move(encode_mark)),
      executor_(executor),
      watchers_gauge_(
          metrics.Gauge(absl::StrCat("triad_", service_, "_watchers"), "Watches that are open.")),
      replays_counter_(metrics.Counter(absl::StrCat("triad_", service_, "_watch_replays_total"),
                                       "Times a watch read the database.")),
      broken_off_counter_(
          metrics.Counter(absl::StrCat("triad_", service_, "_watches_broken_off_total"),
                          "Watches that were ended since they did not read and memory was short.")),
      ring_(head, options.ring_changes, options.ring_bytes) {
  // Publish wakes the thread, too.
  dispatcher_.emplace("watch-hub", std::min(options_.mark_interval, kLookInterval),
                      [this](const Background&) { Dispatch(); });
}

WatchHub::~WatchHub() {
  dispatcher_.reset();
  MutexLock lock(mutex_);
  while (reads_in_flight_ > 0) idle_.Wait(mutex_);
}

void WatchHub::Publish(Revision revision, absl::FunctionRef<EncodedChange(std::int64_t)> encode) {
  bool watched = false;
  {
    MutexLock lock(mutex_);
    watched = !watchers_.empty();
  }
  EncodedChangePtr encoded;
  if (watched) encoded = encoded_.Count(encode(options_.change_bytes));
  {
    MutexLock lock(mutex_);
    ring_.Push(revision, std::move(encoded));
    watched = !watchers_.empty();
  }
  if (watched) dispatcher_->Wake();
}

Revision WatchHub::head() const {
  MutexLock lock(mutex_);
  return ring_.head();
}

std::int64_t WatchHub::watches() const {
  MutexLock lock(mutex_);
  return static_cast<std::int64_t>(watchers_.size());
}

void WatchHub::Forget() {
  {
    MutexLock lock(mutex_);
    ring_.Push(ring_.head(), nullptr);
    large_pages_.Clear();
    ++forgotten_;
    for (auto& [id, watcher] : watchers_) {
      if (watcher.backlog.empty()) continue;
      watcher.position = watcher.backlog.front()->before();
      for (const EncodedChangePtr& change : watcher.backlog) backlog_bytes_ -= SizeOf(*change);
      watcher.backlog.clear();
    }
  }
  dispatcher_->Wake();
}

absl::Status WatchHub::CheckRoom() const {
  if (static_cast<std::int64_t>(watchers_.size()) < options_.max_watches) return absl::OkStatus();
  return WithRetryDelay(absl::ResourceExhaustedError(absl::StrCat(
                            options_.max_watches, " watches are open already (--max_watches)")),
                        kRetryWatch);
}

absl::StatusOr<std::unique_ptr<Watch>> WatchHub::Start(WatchFilter filter,
                                                       std::optional<Revision> after) {
  {
    // Before the database is asked on behalf of one that cannot be had.
    MutexLock lock(mutex_);
    TRIAD_RETURN_IF_ERROR(CheckRoom());
  }
  TRIAD_ASSIGN_OR_RETURN(ChangeBounds bounds, log_.ReadBounds());
  Revision position = after.value_or(bounds.head);
  if (position < bounds.floor) return BeforeFloor(position, bounds, service_);
  if (position > bounds.head) {
    return absl::OutOfRangeError(absl::StrCat(
        "after_revision ", position.value, " lies after the newest revision ", bounds.head.value));
  }
  MutexLock lock(mutex_);
  TRIAD_RETURN_IF_ERROR(CheckRoom());
  Id id = next_id_++;
  Watcher& watcher = watchers_[id];
  watcher.filter = std::move(filter);
  watcher.position = {position};
  watcher.told = after;
  watchers_gauge_.Increment();
  return std::unique_ptr<Watch>(new Watch(*this, id));
}

void WatchHub::Update(Id id, absl::FunctionRef<void(Watcher&)> change) {
  Actions actions;
  {
    MutexLock lock(mutex_);
    auto found = watchers_.find(id);
    if (found == watchers_.end()) return;
    change(found->second);
    Advance(id, found->second, actions);
  }
  for (const auto& action : actions) action();
}

absl::StatusOr<WatchMessage> WatchHub::Tell(Id id, EncodedChange part) {
  if (!HasRoom()) {
    return WithRetryDelay(
        absl::ResourceExhaustedError("watches hold too much that their clients do not read"),
        kRetryWatch);
  }
  EncodedChangePtr encoded = encoded_.Count(std::move(part));
  {
    MutexLock lock(mutex_);
    auto found = watchers_.find(id);
    if (found != watchers_.end()) {
      found->second.unread = encoded;
      found->second.unread_since = Clock::System().Steady();
    }
  }
  return SelectAll(std::move(encoded));
}

void WatchHub::Remove(Id id) {
  // Declared before the lock, so that the function is destroyed after its release.
  Watch::Done dropped;
  MutexLock lock(mutex_);
  auto found = watchers_.find(id);
  dropped = std::move(found->second.done);
  for (const EncodedChangePtr& change : found->second.backlog) backlog_bytes_ -= SizeOf(*change);
  watchers_.erase(found);
  watchers_gauge_.Decrement();
}

bool WatchHub::InRing(const Watcher& watcher) const {
  // What entries were before is in the database alone.
  return !watcher.filter.with_previous && watcher.position.events == 0 &&
         watcher.position.after >= ring_.after();
}

std::optional<WatchMessage> WatchHub::NextInRing(Watcher& watcher) {
  watcher.in_log = !InRing(watcher);
  if (watcher.in_log) return std::nullopt;
  Revision& position = watcher.position.after;
  ChangeRing::Found found =
      watcher.filter.coalesce ? ring_.SkipToNewest(watcher.filter, position, options_.change_bytes)
                              : ring_.SkipToMatch(watcher.filter, position);
  watcher.in_log = found.in_log;
  if (found.coalesced.has_value()) return SelectAll(encoded_.Count(*std::move(found.coalesced)));
  return std::move(found.message);
}

WatchMessage WatchHub::Mark(Revision revision) {
  if (latest_mark_ == nullptr || latest_mark_->revision != revision) {
    EncodedChange mark;
    mark.revision = revision;
    mark.bytes = encode_mark_(revision, WatchMark::kProgress);
    mark.begin = mark.bytes.size();
    latest_mark_ = encoded_.Count(std::move(mark));
  }
  return SelectAll(latest_mark_);
}

WatchMessage WatchHub::NextInBacklog(Watcher& watcher) {
  EncodedChangePtr change = std::move(watcher.backlog.front());
  watcher.backlog.pop_front();
  backlog_bytes_ -= SizeOf(*change);
  return SelectAll(std::move(change));
}

absl::StatusOr<WatchMessage> WatchHub::LastAnswer(Watcher& watcher) {
  if (watcher.backlog.empty()) NextInRing(watcher);
  Position seen = watcher.backlog.empty() ? watcher.position : watcher.backlog.front()->before();
  // Who has some of a revision is told no more, and begins with that revision again.
  if (seen.events == 0 && watcher.told < seen.after) return Mark(seen.after);
  return Ended(seen.after);
}

std::optional<absl::StatusOr<WatchMessage>> WatchHub::NextAnswer(Watcher& watcher) {
  if (watcher.cancelled) return LastAnswer(watcher);
  if (!watcher.failure.ok()) return std::exchange(watcher.failure, absl::OkStatus());
  if (!watcher.backlog.empty()) return NextInBacklog(watcher);
  if (watcher.reading) return std::nullopt;
  if (auto message = NextInRing(watcher)) {
    watcher.position = {message->revision};
    return *std::move(message);
  }
  bool unknown = watcher.position.events == 0 && watcher.told < watcher.position.after;
  bool due = watcher.mark_due || !watcher.told.has_value();
  if (unknown && due) return Mark(watcher.position.after);
  return std::nullopt;
}

void WatchHub::Advance(Id id, Watcher& watcher, Actions& actions) {
  if (!watcher.done) return;
  if (auto answer = NextAnswer(watcher)) {
    if (answer->ok()) {
      if (!(*answer)->change->unfinished) watcher.told = (*answer)->revision;
      watcher.mark_due = false;
      watcher.unread = (*answer)->change;
      watcher.unread_since = Clock::System().Steady();
    }
    actions.push_back([done = std::exchange(watcher.done, nullptr),
                       answer = *std::move(answer)]() mutable { done(std::move(answer)); });
    return;
  }
  if (watcher.reading || !watcher.in_log || watcher.position.after >= ring_.head()) return;
  // It waits until the slowest are gone.
  if (UnreadBytes() > 2 * options_.unread_bytes) return;
  watcher.reading = true;
  ++reads_in_flight_;
  replays_counter_.Increment();
  actions.push_back(
      [this, id, filter = watcher.filter, after = watcher.position] { Replay(id, filter, after); });
}

void WatchHub::Dispatch() {
  bool marks_due = since_marks_.elapsed() >= options_.mark_interval;
  if (marks_due) since_marks_ = Stopwatch();
  Actions actions;
  {
    MutexLock lock(mutex_);
    absl::Duration now = Clock::System().Steady();
    for (auto& [id, watcher] : watchers_) {
      watcher.mark_due = watcher.mark_due || marks_due;
      if (watcher.mark_by <= now) watcher.told.reset();
      Advance(id, watcher, actions);
    }
    BreakSlowest(actions);
  }
  for (const auto& action : actions) action();
}

std::int64_t WatchHub::UnreadBytes() const { return encoded_.bytes() - ring_.bytes(); }

void WatchHub::BreakSlowest(Actions& actions) {
  std::int64_t excess = UnreadBytes() - options_.unread_bytes;
  if (excess <= 0) return;
  // Those that were broken off already give way first, though they still hold theirs.
  std::multimap<absl::Duration, Watcher*, std::greater<>> slow;
  // The clock is read once: the order of two ages must not depend on when each is asked.
  absl::Duration now = Clock::System().Steady();
  for (auto& [id, watcher] : watchers_) {
    absl::Duration age = now - watcher.unread_since;
    if (watcher.break_off == nullptr || age < options_.slow_after) continue;
    EncodedChangePtr unread = watcher.unread.lock();
    if (unread == nullptr || ring_.Has(*unread)) continue;
    slow.emplace(watcher.broken_off ? absl::InfiniteDuration() : age, &watcher);
  }
  std::set<const EncodedChange*> freed;
  for (auto& [age, watcher] : slow) {
    if (excess <= 0) return;
    EncodedChangePtr unread = watcher->unread.lock();
    if (unread != nullptr && freed.insert(unread.get()).second) excess -= SizeOf(*unread);
    if (std::exchange(watcher->broken_off, true)) continue;
    actions.push_back(watcher->break_off);
    broken_off_counter_.Increment();
  }
}

}  // namespace triad
