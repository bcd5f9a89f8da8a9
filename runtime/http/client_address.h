// Who is at the other end: the peer of the socket, and the client behind it where
// the peer is a proxy that is believed.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/http/parser/message.h"

namespace triad::http {

// The proxies whose X-Forwarded-For is believed. Immutable; a plain value.
class TrustedProxies {
 public:
  // None.
  TrustedProxies() = default;
  // `blocks`: addresses, and blocks of them in CIDR notation, IPv4 or IPv6.
  // INVALID_ARGUMENT that quotes one that is neither.
  static absl::StatusOr<TrustedProxies> Parse(const std::vector<std::string>& blocks);

  // Of an address that is mapped into IPv6, the IPv4 address counts.
  bool Contains(const boost::asio::ip::address& address) const;

  // The rightmost address in X-Forwarded-For that is no trusted proxy's, if `peer`
  // is one, else `peer`: what stands further left is the client's to invent. What is
  // no address ends the search at the one to its right.
  boost::asio::ip::address ClientOf(const boost::asio::ip::address& peer,
                                    const Headers& headers) const;

 private:
  std::vector<boost::asio::ip::network_v4> v4_;
  std::vector<boost::asio::ip::network_v6> v6_;
};

}  // namespace triad::http
