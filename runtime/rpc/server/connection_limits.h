// How many connections there may be.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <string>
#include <unordered_map>

namespace triad::rpc {

// Who is at the other end, as far as its address tells: an IPv4 address, or the /64 of an
// IPv6 one, of which one machine has as many addresses as it likes. Empty for this
// machine (127.0.0.1 and ::1), which is trusted.
std::string PeerOf(const sockaddr_storage& address);

// Not thread-safe.
class ConnectionLimits {
 public:
  enum class Verdict { kWelcome, kTooMany, kTooManyOfPeer };

  ConnectionLimits(std::size_t max, std::size_t max_per_peer)
      : max_(max), max_per_peer_(max_per_peer) {}

  // Counts it if it is welcome; then it Leaves once.
  Verdict Enter(const std::string& peer);
  void Leave(const std::string& peer);

  std::size_t count() const { return count_; }

 private:
  const std::size_t max_;
  const std::size_t max_per_peer_;
  std::size_t count_ = 0;
  std::unordered_map<std::string, std::size_t> by_peer_;
};

}  // namespace triad::rpc
