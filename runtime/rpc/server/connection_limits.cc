#include "runtime/rpc/server/connection_limits.h"

#include <netinet/in.h>

namespace triad::rpc {
namespace {

constexpr std::size_t kNetworkBytes = 8;  // of an IPv6 /64
constexpr std::size_t kMappedAt = 12;     // the IPv4 address in ::ffff:a.b.c.d

std::string PeerOfV4(const void* address) {
  std::string peer(static_cast<const char*>(address), sizeof(in_addr));
  in_addr loopback = {htonl(INADDR_LOOPBACK)};
  return peer == std::string(reinterpret_cast<const char*>(&loopback), sizeof(loopback)) ? ""
                                                                                         : peer;
}

std::string PeerOfV6(const in6_addr& address) {
  if (IN6_IS_ADDR_V4MAPPED(&address)) return PeerOfV4(address.s6_addr + kMappedAt);
  if (IN6_IS_ADDR_LOOPBACK(&address)) return "";
  return std::string(reinterpret_cast<const char*>(address.s6_addr), kNetworkBytes);
}

}  // namespace

std::string PeerOf(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET6) {
    return PeerOfV6(reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
  }
  return PeerOfV4(&reinterpret_cast<const sockaddr_in&>(address).sin_addr);
}

ConnectionLimits::Verdict ConnectionLimits::Enter(const std::string& peer) {
  if (count_ >= max_) return Verdict::kTooMany;
  if (!peer.empty()) {
    std::size_t& of_peer = by_peer_[peer];
    if (of_peer >= max_per_peer_) return Verdict::kTooManyOfPeer;
    ++of_peer;
  }
  ++count_;
  return Verdict::kWelcome;
}

void ConnectionLimits::Leave(const std::string& peer) {
  --count_;
  if (peer.empty()) return;
  auto found = by_peer_.find(peer);
  if (--found->second == 0) by_peer_.erase(found);
}

}  // namespace triad::rpc
