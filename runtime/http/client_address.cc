#include "runtime/http/client_address.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "runtime/io/peers.h"

namespace triad::http {
namespace {

namespace ip = boost::asio::ip;
using boost::system::error_code;

// In front of an IPv4 address that is mapped into IPv6.
constexpr unsigned short kMappedBits = 96;

std::optional<ip::address> ParseAddress(absl::string_view text) {
  error_code error;
  ip::address address = ip::make_address(std::string(text), error);
  return error ? std::nullopt : std::optional<ip::address>(Unmapped(address));
}

// "10.0.0.0/8", or "10.1.2.3" for that alone.
template <typename Network, typename Make>
std::optional<Network> ParseBlock(const std::string& text, const char* all_bits, Make make) {
  error_code error;
  Network network =
      make(absl::StrContains(text, '/') ? text : absl::StrCat(text, "/", all_bits), error);
  return error ? std::nullopt : std::optional<Network>(network.canonical());
}

}  // namespace

absl::StatusOr<TrustedProxies> TrustedProxies::Parse(const std::vector<std::string>& blocks) {
  TrustedProxies proxies;
  for (const std::string& text : blocks) {
    auto v4 = ParseBlock<ip::network_v4>(text, "32", [](const std::string& block, error_code& e) {
      return ip::make_network_v4(block, e);
    });
    if (v4.has_value()) {
      proxies.v4_.push_back(*v4);
      continue;
    }
    auto v6 = ParseBlock<ip::network_v6>(text, "128", [](const std::string& block, error_code& e) {
      return ip::make_network_v6(block, e);
    });
    if (!v6.has_value()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "'", text, "' is neither an address nor a block of addresses such as 10.0.0.0/8"));
    }
    ip::address unmapped = Unmapped(v6->address());
    if (unmapped.is_v4() && v6->prefix_length() >= kMappedBits) {
      proxies.v4_.emplace_back(unmapped.to_v4(),
                               static_cast<unsigned short>(v6->prefix_length() - kMappedBits));
    } else {
      proxies.v6_.push_back(*v6);
    }
  }
  return proxies;
}

bool TrustedProxies::Contains(const ip::address& given) const {
  ip::address address = Unmapped(given);
  if (address.is_v4()) {
    return std::any_of(v4_.begin(), v4_.end(), [&](const ip::network_v4& network) {
      return ip::network_v4(address.to_v4(), network.prefix_length()).canonical() ==
             network.canonical();
    });
  }
  return std::any_of(v6_.begin(), v6_.end(), [&](const ip::network_v6& network) {
    return ip::network_v6(address.to_v6(), network.prefix_length()).canonical() ==
           network.canonical();
  });
}

ip::address TrustedProxies::ClientOf(const ip::address& peer, const Headers& headers) const {
  ip::address client = Unmapped(peer);
  std::vector<absl::string_view> forwarded;
  for (const auto& [name, value] : headers) {
    if (!absl::EqualsIgnoreCase(name, "x-forwarded-for")) continue;
    for (absl::string_view one : absl::StrSplit(value, ',')) forwarded.push_back(one);
  }
  for (auto one = forwarded.rbegin(); one != forwarded.rend() && Contains(client); ++one) {
    std::optional<ip::address> address = ParseAddress(absl::StripAsciiWhitespace(*one));
    if (!address.has_value()) break;
    client = *address;
  }
  return client;
}

}  // namespace triad::http
