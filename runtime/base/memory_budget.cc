#include "runtime/base/memory_budget.h"

#include <algorithm>
#include <utility>

namespace triad {
namespace {

// Of the whole: what ordinary shares may hold together, and what one peer may.
constexpr double kOrdinaryPart = 0.75;
constexpr double kPeerPart = 0.25;
// A share this young is given the time to move something.
constexpr std::chrono::seconds kMinAge(1);
// Who needs longer than this for what it holds is slow.
constexpr double kMaxSeconds = 60;
constexpr std::chrono::milliseconds kBetweenSearches(100);

std::int64_t PartOf(std::size_t bytes, double part) {
  return static_cast<std::int64_t>(static_cast<double>(bytes) * part);
}

}  // namespace

MemoryBudget::MemoryBudget(std::size_t bytes, Now now)
    : size_(static_cast<Bytes>(bytes)),
      ordinary_size_(PartOf(bytes, kOrdinaryPart)),
      peer_size_(PartOf(bytes, kPeerPart)),
      now_(std::move(now)) {}

MemoryBudget::~MemoryBudget() = default;

MemoryBudget::Bytes MemoryBudget::Shortage(Bytes bytes, Kind kind, const Peer* peer) const {
  Bytes shortage = used_.load() + bytes - size_;
  if (kind == Kind::kOrdinary) {
    shortage = std::max(shortage, ordinary_used_.load() + bytes - ordinary_size_);
  }
  if (peer != nullptr) shortage = std::max(shortage, peer->used.load() + bytes - peer_size_);
  return shortage;
}

// The parts are taken first and looked at afterwards, so that two who ask at the same time
// never both get the last bytes of one.
bool MemoryBudget::TryTake(Bytes bytes, Kind kind, Peer* peer) {
  Bytes used = used_.load();
  do {
    if (used + bytes > size_) return false;
  } while (!used_.compare_exchange_weak(used, used + bytes));
  if (kind == Kind::kOrdinary) ordinary_used_.fetch_add(bytes);
  if (peer != nullptr) peer->used.fetch_add(bytes);
  if (Shortage(0, kind, peer) <= 0) return true;
  GiveBack(bytes, kind, peer);
  return false;
}

void MemoryBudget::GiveBack(Bytes bytes, Kind kind, Peer* peer) {
  used_.fetch_sub(bytes);
  if (kind == Kind::kOrdinary) ordinary_used_.fetch_sub(bytes);
  if (peer != nullptr) peer->used.fetch_sub(bytes);
}

bool MemoryBudget::TakeFromOthers(Bytes bytes, const MemoryShare& asker) {
  MutexLock lock(mutex_);
  bool free = Shortage(bytes, asker.kind_, asker.peer_) <= 0 || EndSlow(bytes, asker);
  if (free && TryTake(bytes, asker.kind_, asker.peer_)) return true;
  refused_.fetch_add(1);
  return false;
}

bool MemoryBudget::EndSlow(Bytes bytes, const MemoryShare& asker) {
  Bytes shortage = Shortage(bytes, asker.kind_, asker.peer_);
  // A peer that is at its own limit makes room by itself.
  bool of_peer = asker.peer_ != nullptr && asker.peer_->used.load() + bytes > peer_size_;
  Search& search = of_peer                          ? asker.peer_->search
                   : asker.kind_ == Kind::kOrdinary ? ordinary_search_
                                                    : urgent_search_;
  Time now = now_();
  if (now < search.until && shortage > search.found) return false;
  std::vector<Candidate> slow = SlowShares(now, asker, of_peer);
  Bytes found = 0;
  for (const Candidate& candidate : slow) found += candidate.held;
  if (found < shortage) {
    search = {now + kBetweenSearches, found};
    return false;
  }
  std::sort(slow.begin(), slow.end(),
            [](const Candidate& a, const Candidate& b) { return a.seconds > b.seconds; });
  for (const Candidate& candidate : slow) {
    if (shortage <= 0) break;
    shortage -= candidate.held;
    End(*candidate.share);
  }
  return true;
}

std::vector<MemoryBudget::Candidate> MemoryBudget::SlowShares(Time now, const MemoryShare& asker,
                                                              bool of_peer) {
  std::vector<Candidate> slow;
  for (MemoryShare* share : shares_) {
    if (share == &asker || (of_peer && share->peer_ != asker.peer_)) continue;
    // What is kept for the urgent is not given to the ordinary by ending them.
    if (asker.kind_ == Kind::kOrdinary && share->kind_ == Kind::kUrgent) continue;
    double seconds = share->SecondsToMove(now);
    if (seconds > kMaxSeconds) slow.push_back({share, seconds, share->held_.load()});
  }
  return slow;
}

void MemoryBudget::End(MemoryShare& share) {
  Bytes held = share.held_.load();
  do {
    if (held <= 0) return;  // its owner was faster
  } while (!share.held_.compare_exchange_weak(held, MemoryShare::kEnded));
  GiveBack(held, share.kind_, share.peer_);
  ended_.fetch_add(1);
  share.on_ended_();
}

MemoryBudget::Peer* MemoryBudget::Join(const std::string& name) {
  if (name.empty()) return nullptr;
  Peer& peer = peers_[name];
  ++peer.shares;
  return &peer;
}

void MemoryBudget::Leave(const std::string& name) {
  auto found = peers_.find(name);
  if (found != peers_.end() && --found->second.shares == 0) peers_.erase(found);
}

MemoryShare::MemoryShare(MemoryBudget* budget, std::string peer, std::function<void()> ended)
    : budget_(budget), on_ended_(std::move(ended)), peer_name_(std::move(peer)) {
  if (budget_ == nullptr) return;
  MutexLock lock(budget_->mutex_);
  peer_ = budget_->Join(peer_name_);
  place_ = budget_->shares_.insert(budget_->shares_.end(), this);
}

MemoryShare::~MemoryShare() {
  if (budget_ == nullptr) return;
  Reset();
  MutexLock lock(budget_->mutex_);
  budget_->shares_.erase(place_);
  budget_->Leave(peer_name_);
}

void MemoryShare::SetPeer(const std::string& peer) {
  if (budget_ == nullptr || peer == peer_name_) return;
  MutexLock lock(budget_->mutex_);
  std::int64_t held = std::max<std::int64_t>(held_.load(), 0);
  if (peer_ != nullptr) peer_->used.fetch_sub(held);
  budget_->Leave(peer_name_);
  peer_name_ = peer;
  peer_ = budget_->Join(peer_name_);
  if (peer_ != nullptr) peer_->used.fetch_add(held);
}

void MemoryShare::SetKind(Kind kind) {
  if (budget_ == nullptr || kind == kind_) return;
  MutexLock lock(budget_->mutex_);
  std::int64_t held = std::max<std::int64_t>(held_.load(), 0);
  budget_->ordinary_used_.fetch_add(kind == Kind::kOrdinary ? held : -held);
  kind_ = kind;
}

bool MemoryShare::Grow(std::size_t bytes) {
  if (budget_ == nullptr) return true;
  if (ended()) return false;
  auto count = static_cast<std::int64_t>(bytes);
  if (!budget_->TryTake(count, kind_, peer_) && !budget_->TakeFromOthers(count, *this)) {
    return false;
  }
  if (AddHeld(count)) return true;
  budget_->GiveBack(count, kind_, peer_);
  return false;
}

bool MemoryShare::AddHeld(std::int64_t bytes) {
  std::int64_t held = held_.load();
  if (held == 0) {
    // Nobody ends what holds nothing, so nobody looks at these meanwhile.
    moved_.store(0);
    since_.store(budget_->now_());
  }
  do {
    if (held == kEnded) return false;
  } while (!held_.compare_exchange_weak(held, held + bytes));
  return true;
}

void MemoryShare::Shrink(std::size_t bytes) {
  if (budget_ == nullptr) return;
  auto count = static_cast<std::int64_t>(bytes);
  std::int64_t held = held_.load();
  do {
    if (held == kEnded) return;
  } while (!held_.compare_exchange_weak(held, held - count));
  budget_->GiveBack(count, kind_, peer_);
}

void MemoryShare::Reset() {
  if (budget_ == nullptr) return;
  std::int64_t held = held_.exchange(0);
  if (held > 0) budget_->GiveBack(held, kind_, peer_);
}

double MemoryShare::SecondsToMove(MemoryBudget::Time now) {
  std::int64_t held = held_.load();
  MemoryBudget::Time since = since_.load();
  if (held <= 0 || now - since < kMinAge) return 0;
  if (seen_ < since) {
    seen_ = since;
    seen_moved_ = 0;
  }
  if (now - seen_ >= kMinAge) {
    std::int64_t moved = moved_.load();
    pace_ = static_cast<double>(std::max<std::int64_t>(moved - seen_moved_, 0)) /
            std::chrono::duration<double>(now - seen_).count();
    seen_ = now;
    seen_moved_ = moved;
  }
  // One byte a second more, so that of those that do not move at all the largest is
  // the slowest.
  return static_cast<double>(held) / (pace_ + 1);
}

}  // namespace triad
