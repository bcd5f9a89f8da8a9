#include "services/config/watch/watch_hub.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/io/executor.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::config {
namespace {

// Publish wakes the thread whenever there is something to do.
constexpr absl::Duration kDispatchInterval = absl::Hours(24);

std::int64_t SizeOf(const Change& change) {
  std::size_t bytes = sizeof(Change);
  for (const EntryEvent& event : change.events) {
    bytes += sizeof(EntryEvent) + event.entry.name.space.size() + event.entry.name.key.size();
    if (const auto* text = std::get_if<std::string>(&event.entry.value)) bytes += text->size();
    if (const auto* json = std::get_if<Json>(&event.entry.value)) bytes += json->text.size();
  }
  return static_cast<std::int64_t>(bytes);
}

// The events that match; the change itself if all do, null if none does.
ChangePtr Select(const ChangePtr& change, const EntryFilter& filter) {
  auto matches = [&](const EntryEvent& event) { return filter.Matches(event.entry.name); };
  const std::vector<EntryEvent>& events = change->events;
  auto count = std::count_if(events.begin(), events.end(), matches);
  if (count == 0) return nullptr;
  if (static_cast<std::size_t>(count) == events.size()) return change;
  auto selected = std::make_shared<Change>(Change{change->revision, {}});
  std::copy_if(events.begin(), events.end(), std::back_inserter(selected->events), matches);
  return selected;
}

absl::Status Ended(Revision resume) {
  return absl::UnavailableError(
      absl::StrCat("the server is shutting down: watch again with after_revision ", resume.value));
}

}  // namespace

Watch::~Watch() { hub_.Remove(id_); }
void Watch::Next(Done done) {
  hub_.Update(id_, [&](WatchHub::Watcher& watcher) { watcher.done = std::move(done); });
}
void Watch::Cancel() {
  hub_.Update(id_, [](WatchHub::Watcher& watcher) { watcher.cancelled = true; });
}

WatchHub::WatchHub(Revision head, ChangeLog& log, Executor& executor, Metrics& metrics,
                   WatchHubOptions options)
    : options_(options),
      log_(log),
      executor_(executor),
      watchers_gauge_(metrics.Gauge("triad_config_watchers", "Watches that are open.")),
      replays_counter_(
          metrics.Counter("triad_config_watch_replays_total", "Times a watch read the database.")),
      ring_after_(head),
      head_(head) {
  dispatcher_.emplace("watch-hub", kDispatchInterval, [this](const Background&) { Dispatch(); });
}

WatchHub::~WatchHub() {
  dispatcher_.reset();
  MutexLock lock(mutex_);
  while (reads_in_flight_ > 0) idle_.Wait(mutex_);
}

void WatchHub::Publish(ChangePtr change) {
  {
    MutexLock lock(mutex_);
    Push(std::move(change));
  }
  dispatcher_->Wake();
}

void WatchHub::Push(ChangePtr change) {
  Revision revision = change->revision;
  if (revision.value != head_.value + 1) {
    // Another process wrote to the database, and its changes are not in memory.
    ring_.clear();
    ring_bytes_ = 0;
    ring_after_ = Revision{revision.value - 1};
  }
  head_ = revision;
  ring_bytes_ += SizeOf(*change);
  ring_.push_back(std::move(change));
  while (!ring_.empty() && (static_cast<std::int64_t>(ring_.size()) > options_.ring_changes ||
                            ring_bytes_ > options_.ring_bytes)) {
    ring_after_ = ring_.front()->revision;
    ring_bytes_ -= SizeOf(*ring_.front());
    ring_.pop_front();
  }
}

absl::StatusOr<std::unique_ptr<Watch>> WatchHub::Start(EntryFilter filter,
                                                       std::optional<Revision> after) {
  TRIAD_ASSIGN_OR_RETURN(Bounds bounds, log_.ReadBounds());
  Revision position = after.value_or(bounds.head);
  if (position < bounds.floor) return BeforeFloor(position, bounds.floor);
  if (position > bounds.head) {
    return absl::OutOfRangeError(absl::StrCat(
        "after_revision ", position.value, " lies after the newest revision ", bounds.head.value));
  }
  MutexLock lock(mutex_);
  Id id = next_id_++;
  Watcher& watcher = watchers_[id];
  watcher.filter = std::move(filter);
  watcher.position = position;
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

void WatchHub::Remove(Id id) {
  // Declared before the lock, so that the function is destroyed after its release.
  Watch::Done dropped;
  MutexLock lock(mutex_);
  auto found = watchers_.find(id);
  dropped = std::move(found->second.done);
  watchers_.erase(found);
  watchers_gauge_.Decrement();
}

ChangePtr WatchHub::NextInRing(Watcher& watcher) {
  auto next = std::upper_bound(
      ring_.begin(), ring_.end(), watcher.position,
      [](Revision position, const ChangePtr& change) { return position < change->revision; });
  for (; next != ring_.end(); ++next) {
    watcher.position = (*next)->revision;
    if (ChangePtr selected = Select(*next, watcher.filter)) return selected;
  }
  return nullptr;
}

void WatchHub::Advance(Id id, Watcher& watcher, Actions& actions) {
  if (!watcher.done) return;
  auto answer = [&](absl::StatusOr<ChangePtr> result) {
    actions.push_back([done = std::exchange(watcher.done, nullptr), result = std::move(result)] {
      done(result);
    });
  };
  if (watcher.cancelled) {
    Revision resume = watcher.position;
    if (!watcher.backlog.empty()) resume.value = watcher.backlog.front()->revision.value - 1;
    return answer(Ended(resume));
  }
  if (!watcher.failure.ok()) return answer(std::exchange(watcher.failure, absl::OkStatus()));
  if (!watcher.backlog.empty()) {
    ChangePtr change = std::move(watcher.backlog.front());
    watcher.backlog.pop_front();
    return answer(std::move(change));
  }
  if (watcher.reading || watcher.position >= head_) return;
  if (watcher.position >= ring_after_) {
    if (ChangePtr change = NextInRing(watcher)) answer(std::move(change));
    return;
  }
  watcher.reading = true;
  ++reads_in_flight_;
  replays_counter_.Increment();
  actions.push_back(
      [this, id, filter = watcher.filter, after = watcher.position] { Replay(id, filter, after); });
}

void WatchHub::Dispatch() {
  Actions actions;
  {
    MutexLock lock(mutex_);
    for (auto& [id, watcher] : watchers_) Advance(id, watcher, actions);
  }
  for (const auto& action : actions) action();
}

void WatchHub::Replay(Id id, const EntryFilter& filter, Revision after) {
  executor_.Continue([=, this] {
    absl::StatusOr<ChangePage> page = log_.ReadAfter(filter, after);
    Update(id, [&](Watcher& watcher) {
      watcher.reading = false;
      watcher.failure = page.status();
      if (!page.ok()) return;
      watcher.backlog.assign(page->changes.begin(), page->changes.end());
      watcher.position = page->scanned;
    });
    MutexLock lock(mutex_);
    if (--reads_in_flight_ == 0) idle_.NotifyAll();
  });
}

}  // namespace triad::config
