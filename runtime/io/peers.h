// Who is at the other end of a connection, and how many of something each has.
#pragma once

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "runtime/base/mutex.h"

namespace triad {

// `address`, or the IPv4 address that is mapped into it.
boost::asio::ip::address Unmapped(const boost::asio::ip::address& address);

// What limits of one peer are counted by: an IPv4 address, or the /64 of an IPv6
// address, all of which one peer has. Empty for 127.0.0.1 and ::1, which are this
// machine and have no limits of their own.
std::string PeerKey(const boost::asio::ip::address& address);

// The share of `total` that one peer may have of connections, or of requests at a time:
// a quarter, but never fewer than a browser with many tabs has.
inline std::size_t PerPeer(std::size_t total) { return std::max<std::size_t>(total / 4, 64); }

// Thread-safe. Must outlive its slots.
class PeerCount {
 public:
  // One of them, for as long as this lives.
  class Slot {
   public:
    Slot() = default;
    Slot(PeerCount& count, std::string peer) : count_(&count), peer_(std::move(peer)) {}
    Slot(Slot&& other) noexcept
        : count_(std::exchange(other.count_, nullptr)), peer_(std::move(other.peer_)) {}
    Slot& operator=(Slot&& other) noexcept {
      std::swap(count_, other.count_);
      std::swap(peer_, other.peer_);
      return *this;
    }
    ~Slot() {
      if (count_ != nullptr) count_->Release(peer_);
    }

   private:
    PeerCount* count_ = nullptr;
    std::string peer_;
  };

  explicit PeerCount(std::size_t limit) : limit_(limit) {}

  // `peer` as of PeerKey: an empty one has no limit. Nullopt at the limit.
  std::optional<Slot> Take(const std::string& peer) {
    if (peer.empty()) return Slot();
    MutexLock lock(mutex_);
    std::size_t& count = counts_[peer];
    if (count >= limit_) return std::nullopt;
    ++count;
    return Slot(*this, peer);
  }

  std::size_t limit() const { return limit_; }

 private:
  void Release(const std::string& peer) {
    MutexLock lock(mutex_);
    auto found = counts_.find(peer);
    if (--found->second == 0) counts_.erase(found);
  }

  const std::size_t limit_;
  Mutex mutex_;
  std::unordered_map<std::string, std::size_t> counts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad
