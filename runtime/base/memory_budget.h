// Bytes that a process may hold for its clients, all of them together.
//
// What is bounded for each request is not bounded for all of them. So whoever holds
// bytes for a client takes them from here first: a MemoryShare grows before memory
// does, and what does not fit is refused while it is still cheap to say so.
//
//   all of it       requests without a body or with a small one: kUrgent
//   three quarters  bodies, as far as they are held: kOrdinary
//   a quarter       any one peer
//
// Who holds bytes and does not move them cannot keep others out for long: when
// something does not fit, shares that hold what they have for over a second, and
// would take more than a minute to move it at their pace, are ended, the slowest
// first. If all move, the one that asks is refused.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "runtime/base/mutex.h"

namespace triad {

class MemoryShare;

// Thread-safe. Must outlive its shares.
class MemoryBudget {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Now = std::function<Time()>;

  enum class Kind { kUrgent, kOrdinary };

  // `now` is the time that shares are as old by.
  explicit MemoryBudget(
      std::size_t bytes, Now now = [] { return std::chrono::steady_clock::now(); });
  ~MemoryBudget();
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  std::size_t size() const { return static_cast<std::size_t>(size_); }
  // What all shares hold.
  std::size_t used() const { return static_cast<std::size_t>(used_.load()); }
  // How often something did not fit, and how many shares were ended for others.
  std::uint64_t refused() const { return refused_.load(); }
  std::uint64_t ended() const { return ended_.load(); }

 private:
  friend class MemoryShare;
  using Bytes = std::int64_t;

  // What the last look at all shares found; it is not worth another one at once.
  struct Search {
    Time until;
    Bytes found = 0;  // that slow shares held, and it was not enough
  };
  // What one peer's shares hold.
  struct Peer {
    std::atomic<Bytes> used{0};
    int shares = 0;  // this and the next are guarded by mutex_
    Search search;
  };
  // A share that may be ended, and how many seconds it takes to move what it holds.
  struct Candidate {
    MemoryShare* share;
    double seconds;
    Bytes held;
  };

  // Takes `bytes`; false, with nothing taken, if they do not fit.
  bool TryTake(Bytes bytes, Kind kind, Peer* peer);
  void GiveBack(Bytes bytes, Kind kind, Peer* peer);
  // How much too much `bytes` more would be; 0 or less if they fit.
  Bytes Shortage(Bytes bytes, Kind kind, const Peer* peer) const;
  // Takes `bytes` after ending slow shares that are in the way.
  bool TakeFromOthers(Bytes bytes, const MemoryShare& asker);
  // Ends the slowest shares until `bytes` fit. False, and none is ended, if that is
  // not enough.
  bool EndSlow(Bytes bytes, const MemoryShare& asker) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::vector<Candidate> SlowShares(Time now, const MemoryShare& asker, bool of_peer)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(MemoryShare& share) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The account of `name`, null if that is empty.
  Peer* Join(const std::string& name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Leave(const std::string& name) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Bytes size_;
  const Bytes ordinary_size_;
  const Bytes peer_size_;
  const Now now_;
  std::atomic<Bytes> used_{0};
  std::atomic<Bytes> ordinary_used_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::uint64_t> ended_{0};
  Mutex mutex_;
  std::list<MemoryShare*> shares_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Peer> peers_ ABSL_GUARDED_BY(mutex_);
  Search urgent_search_ ABSL_GUARDED_BY(mutex_);
  Search ordinary_search_ ABSL_GUARDED_BY(mutex_);
};

// What one connection holds for its client. For one thread, but that another may end
// it. Growing within the budget takes no lock.
class MemoryShare {
 public:
  using Kind = MemoryBudget::Kind;

  // Of no budget, if that is null, everything fits. `peer` is what one client is known
  // by; an empty one has no limit of its own.
  // `ended` is called at most once until the next Reset, from any thread and inside
  // calls of other shares: it only has the owner's thread told, as by a post.
  MemoryShare(MemoryBudget* budget, std::string peer, std::function<void()> ended);
  ~MemoryShare();
  MemoryShare(const MemoryShare&) = delete;
  MemoryShare& operator=(const MemoryShare&) = delete;

  // From now on this holds for somebody else, or for something else. What it holds
  // already counts as such, whether it would fit or not.
  void SetPeer(const std::string& peer);
  void SetKind(Kind kind);

  // Takes `bytes` more. False, with nothing taken, if they do not fit or this has been
  // ended.
  bool Grow(std::size_t bytes);
  // Gives back `bytes`, which are held unless this has been ended.
  void Shrink(std::size_t bytes);
  // Bytes came from the client or went to it: it is not idle.
  void Moved(std::size_t bytes) {
    moved_.fetch_add(static_cast<std::int64_t>(bytes), std::memory_order_relaxed);
  }

  // Whether it was ended for others. It holds nothing then.
  bool ended() const { return held_.load() == kEnded; }
  // Gives back everything, and forgets that it was ended.
  void Reset();

 private:
  friend class MemoryBudget;
  static constexpr std::int64_t kEnded = -1;

  // Adds `bytes` to what is held; false if it has been ended.
  bool AddHeld(std::int64_t bytes);
  // How many seconds it takes to move what it holds at its pace; 0 if it holds nothing,
  // or not for long enough to tell.
  double SecondsToMove(MemoryBudget::Time now);

  MemoryBudget* const budget_;
  const std::function<void()> on_ended_;
  std::list<MemoryShare*>::iterator place_;
  // Written by the owner's thread, under the budget's lock.
  std::string peer_name_;
  MemoryBudget::Peer* peer_ = nullptr;
  Kind kind_ = Kind::kUrgent;
  std::atomic<std::int64_t> held_{0};
  std::atomic<std::int64_t> moved_{0};  // since it began to hold anything
  std::atomic<MemoryBudget::Time> since_{MemoryBudget::Time()};
  // The budget's: when the pace was looked at last, what had moved by then, and what
  // the pace was, in bytes a second.
  MemoryBudget::Time seen_{};
  std::int64_t seen_moved_ = 0;
  double pace_ = 0;
};

}  // namespace triad
