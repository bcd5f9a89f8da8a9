#include "runtime/io/peers.h"

#include <boost/asio/ip/network_v6.hpp>

namespace triad {
namespace {

namespace ip = boost::asio::ip;

// Of the network of IPv6 that one peer has for itself.
constexpr unsigned short kNetworkBits = 64;

}  // namespace

ip::address Unmapped(const ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return ip::make_address_v4(ip::v4_mapped, address.to_v6());
}

std::string PeerKey(const ip::address& given) {
  ip::address address = Unmapped(given);
  if (address == ip::address_v4::loopback() || address == ip::address_v6::loopback()) return "";
  if (address.is_v4()) return address.to_string();
  return ip::network_v6(address.to_v6(), kNetworkBits).canonical().to_string();
}

}  // namespace triad
