// Tells watchers what was committed: every change once, in order.
//
//   commit ──▶ Publish ──▶ ring ──▶ the hub's thread ──▶ a Watch that waits
//                           │
//                           └─(fell out of the ring)─▶ change log ──▶ Watch
//
// A watch starts at a revision, replays from the change log until it reaches
// the ring, then follows the ring. One that falls behind the ring rereads the
// change log; one behind the log's floor ends with OUT_OF_RANGE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/base/background.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/mutex.h"
#include "runtime/base/resources/revision.h"
#include "runtime/watch/change_log.h"
#include "runtime/watch/change_ring.h"
#include "runtime/watch/encoded_change.h"
#include "runtime/watch/encoded_changes.h"
#include "runtime/watch/shared_pages.h"

namespace prometheus {
class Counter;
class Gauge;
}  // namespace prometheus

namespace triad {
class Executor;
class Metrics;
}  // namespace triad

namespace triad {

struct WatchHubOptions {
  // Watches that may be open.
  std::int64_t max_watches = 4096;
  // How many changes, and how many bytes of them, are kept in memory. Watchers that
  // are further behind read the database.
  std::int64_t ring_changes = 4096;
  std::int64_t ring_bytes = 16 << 20;
  // A change of several events that has more bytes is not kept in memory: watchers read it
  // from the log, which divides it. No message of several revisions has more, either.
  std::int64_t change_bytes = 1 << 20;
  // Bytes that were read from the database for such watchers and wait to be asked for,
  // all of them together. What goes beyond is read again when it is asked for.
  std::int64_t backlog_bytes = 8 << 20;
  // Bytes that are in memory though they are not in the ring: what waits as said before,
  // and messages on their way to clients that do not read. Beyond it the slowest of those
  // are broken off, and far beyond it nothing is read from the database.
  std::int64_t unread_bytes = 32 << 20;
  // What has been read more quickly is not slow.
  absl::Duration slow_after = absl::Seconds(1);
  // How often a watch is told how far it has seen, if nothing else told it.
  absl::Duration mark_interval = absl::Minutes(1);
};

// What a message without events says: how far a watch has seen, or also that a revision that
// came in several messages is at its end.
enum class WatchMark { kProgress, kRevisionEnd };

using EncodeMark = std::function<std::string(Revision, WatchMark)>;

class WatchHub;

// One watcher. Thread-safe. Must be destroyed before its hub. An answer that was on
// its way may still come after it is destroyed.
class Watch {
 public:
  using Done = std::function<void(absl::StatusOr<WatchMessage>)>;

  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Answers with the next change that has events which match, and with those events
  // alone, or if it is large with some of them after the other, of which the last answer
  // alone is not `unfinished`; or with a mark, which has no events and comes after every match up
  // to its revision: now and then, at once if the watch was started without a revision, and as the
  // last answer before the end that Cancel makes.
  //
  // Must not be called again before the answer. `done` is called once: from within Next,
  // or later on the hub's thread or the executor. OUT_OF_RANGE if the watch has fallen
  // behind the floor; UNAVAILABLE, with the revision to resume from, after Cancel;
  // otherwise errors are those of the change log.
  void Next(Done done);

  // `break_off` is called, perhaps, on the hub's thread, if what Next answered last is not
  // read and there is no room for it any more. To be called before Next.
  void OnTooSlow(std::function<void()> break_off);

  // What a watch tells before its changes, in the form in which its client gets it. It counts
  // as what Next answers does: if it is not read and there is no room, `break_off` is called.
  // Not while a Next waits. RESOURCE_EXHAUSTED, with a time to try again after, if watches
  // hold too much that is not read.
  absl::StatusOr<WatchMessage> Tell(EncodedChange part);

  // From that time of the steady clock on, which it looks at every second, a Next that waits
  // answers with a mark, whatever was told before. To be called before Next.
  void MarkBy(absl::Duration time);

  // Ends the watch: a Next that waits, and every later one, answers UNAVAILABLE, the
  // first perhaps with a mark.
  void Cancel();

 private:
  friend class WatchHub;
  Watch(WatchHub& hub, std::uint64_t id) : hub_(hub), id_(id) {}

  WatchHub& hub_;
  const std::uint64_t id_;
};

// Thread-safe. What it is given must outlive it. Its destructor waits for the reads of
// the change log that still run.
class WatchHub {
 public:
  // `service` stands in the names of its metrics and in its errors: "config". `head` is the newest
  // revision now.
  WatchHub(std::string service, Revision head, ChangeLog& log, EncodeMark encode_mark,
           Executor& executor, Metrics& metrics, WatchHubOptions options = {});
  ~WatchHub();
  WatchHub(const WatchHub&) = delete;
  WatchHub& operator=(const WatchHub&) = delete;

  // To be called after each commit, in commit order. Does not block. Calls `encode` if anybody
  // watches: it makes the change, or an outline of it if it has several events and more bytes
  // than it is given.
  void Publish(Revision revision, absl::FunctionRef<EncodedChange(std::int64_t)> encode);

  // Forgets the changes in memory: watchers that have not got them read the database, where
  // they may have changed. Those that are on their way arrive.
  void Forget();

  // The newest revision that was published.
  Revision head() const;
  // How many are open.
  std::int64_t watches() const;

  // A watch of the changes after the revision `after`, or after the newest one if it
  // is not set. OUT_OF_RANGE if it lies before the floor or after the head;
  // RESOURCE_EXHAUSTED, with a time to try again after, if too many are open. Blocks.
  absl::StatusOr<std::unique_ptr<Watch>> Start(WatchFilter filter, std::optional<Revision> after);

 private:
  friend class Watch;
  using Id = std::uint64_t;

  struct Watcher {
    WatchFilter filter;
    // Every match up to here was handed out, or waits in `backlog`. It lies in a revision
    // only while the rest of that is read.
    Position position;
    std::optional<Revision> told;  // the newest that its client knows
    bool mark_due = false;
    absl::Duration mark_by = absl::InfiniteDuration();  // of the steady clock
    // All of whose events match.
    std::deque<EncodedChangePtr> backlog;
    Watch::Done done;  // set while a Next waits
    // What was answered last and is on its way until the next Next, and since when.
    std::weak_ptr<const EncodedChange> unread;
    absl::Duration unread_since;  // of the steady clock
    std::function<void()> break_off;
    bool broken_off = false;
    bool reading = false;
    bool in_log = false;   // whether what comes next is in the log alone
    absl::Status failure;  // of a read, until it is told
    bool cancelled = false;
  };
  // What is to be done once the lock is released: answers, and reads of the log.
  using Actions = std::vector<std::function<void()>>;

  // Changes a watcher, if it is still there, and does what follows from that.
  void Update(Id id, absl::FunctionRef<void(Watcher&)> change);
  void Remove(Id id);
  absl::StatusOr<WatchMessage> Tell(Id id, EncodedChange part);

  // Whether the ring tells what comes next for a watcher.
  bool InRing(const Watcher& watcher) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::optional<WatchMessage> NextInRing(Watcher& watcher) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Dispatch();
  // Bytes of changes that are in memory, but not in the ring.
  std::int64_t UnreadBytes() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void BreakSlowest(Actions& actions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Advance(Id id, Watcher& watcher, Actions& actions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // What is to be answered now, if anything.
  std::optional<absl::StatusOr<WatchMessage>> NextAnswer(Watcher& watcher)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<WatchMessage> LastAnswer(Watcher& watcher) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  WatchMessage Mark(Revision revision) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CheckRoom() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Reads the log on the executor, unless there is no room: then it is tried again later.
  void Replay(Id id, const WatchFilter& filter, Position after);
  bool HasRoom();
  void Postpone(Id id);
  // Many watchers read a large change at about the same time: it is read once for all that
  // have the same filter.
  absl::StatusOr<EncodedPage> FindOrReadPage(const WatchFilter& filter, Position after);
  absl::StatusOr<EncodedPage> ReadPage(const WatchFilter& filter, Position after);
  // Gives a watcher what was read for it, if it is still there.
  void TakePage(Id id, absl::StatusOr<EncodedPage> page);
  void Keep(Watcher& watcher, EncodedPage page) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  WatchMessage NextInBacklog(Watcher& watcher) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string service_;
  const WatchHubOptions options_;
  ChangeLog& log_;
  const EncodeMark encode_mark_;
  EncodedChanges encoded_;
  Executor& executor_;
  prometheus::Gauge& watchers_gauge_;
  prometheus::Counter& replays_counter_;
  prometheus::Counter& broken_off_counter_;

  // Not held while a Done runs, nor while the log or the executor is called.
  mutable Mutex mutex_;
  CondVar idle_;
  ChangeRing ring_ ABSL_GUARDED_BY(mutex_);
  std::map<Id, Watcher> watchers_ ABSL_GUARDED_BY(mutex_);
  std::int64_t backlog_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  EncodedChangePtr latest_mark_ ABSL_GUARDED_BY(mutex_);
  SharedPages large_pages_ ABSL_GUARDED_BY(mutex_);     // that lie in a revision, or end there
  std::int64_t forgotten_ ABSL_GUARDED_BY(mutex_) = 0;  // times that Forget was called
  Id next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  std::size_t reads_in_flight_ ABSL_GUARDED_BY(mutex_) = 0;

  Stopwatch since_marks_;                 // of the hub's thread
  std::optional<Background> dispatcher_;  // last: it uses the rest
};

}  // namespace triad
