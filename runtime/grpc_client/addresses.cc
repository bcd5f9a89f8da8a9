#include "runtime/grpc_client/addresses.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "runtime/grpc_client/if_alive.h"

namespace triad::grpc_client {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

class SystemResolver final : public NameResolver {
 public:
  explicit SystemResolver(boost::asio::io_context& context) : resolver_(context) {}

  void Resolve(const std::string& host, const std::string& port, Done done) override {
    // Addresses of a family that this machine does not have are left out.
    resolver_.async_resolve(
        host, port, tcp::resolver::address_configured,
        [done = std::move(done)](error_code error, const tcp::resolver::results_type& results) {
          if (error) return done(absl::UnavailableError(error.message()));
          done(std::vector<Endpoint>(results.begin(), results.end()));
        });
  }

 private:
  tcp::resolver resolver_;
};

// Of an address, or of "localhost", which is loopback whatever a resolver knows
// (RFC 6761, 6.3) and which a bare machine cannot resolve. Empty for other names.
std::vector<Endpoint> EndpointsWithoutResolver(const std::string& host, std::uint16_t port) {
  if (absl::EqualsIgnoreCase(host, "localhost")) {
    return {{boost::asio::ip::address_v4::loopback(), port},
            {boost::asio::ip::address_v6::loopback(), port}};
  }
  error_code not_numeric;
  auto address = boost::asio::ip::make_address(host, not_numeric);
  if (not_numeric) return {};
  return {{address, port}};
}

}  // namespace

std::unique_ptr<NameResolver> MakeSystemResolver(boost::asio::io_context& context) {
  return std::make_unique<SystemResolver>(context);
}

absl::StatusOr<std::pair<std::string, std::string>> SplitTarget(const std::string& target) {
  std::size_t colon = target.rfind(':');
  std::uint32_t port = 0;
  if (colon == std::string::npos || colon == 0 ||
      !absl::SimpleAtoi(target.substr(colon + 1), &port) || port == 0 || port > 65535) {
    return absl::InvalidArgumentError(absl::StrCat("'", target, "' is not HOST:PORT"));
  }
  std::string host = target.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return std::pair(host, target.substr(colon + 1));
}

Addresses::Addresses(boost::asio::io_context& context, const std::string& target,
                     NameResolver& resolver, absl::Duration timeout, Done done)
    : timer_(context), resolver_(resolver), timeout_(timeout), done_(std::move(done)) {
  for (absl::string_view text : absl::StrSplit(target, ',')) {
    entries_.push_back(Parse(std::string(text)));
    can_change_ = can_change_ || entries_.back().is_name;
  }
}

Addresses::Entry Addresses::Parse(const std::string& text) {
  Entry entry;
  entry.text = text;
  auto parts = SplitTarget(text);
  if (!parts.ok()) {
    entry.problem = parts.status();
    return entry;
  }
  std::tie(entry.host, entry.port) = *std::move(parts);
  std::uint32_t port = 0;
  entry.is_name = absl::SimpleAtoi(entry.port, &port);
  std::vector<Endpoint> endpoints =
      EndpointsWithoutResolver(entry.host, static_cast<std::uint16_t>(port));
  if (endpoints.empty()) return entry;
  entry.is_name = false;
  entry.known = {{text, std::move(endpoints)}};
  return entry;
}

void Addresses::LookUp() {
  if (missing_ > 0) return;
  ++round_;
  missing_ = static_cast<std::size_t>(std::count_if(
      entries_.begin(), entries_.end(), [](const Entry& entry) { return entry.is_name; }));
  if (missing_ == 0) return Tell();
  timer_.expires_after(absl::ToChronoMilliseconds(timeout_));
  timer_.async_wait(IfAlive(weak_factory_.Get(), &Addresses::OnTimeout));
  for (Entry& entry : entries_) {
    if (entry.is_name) LookUpEntry(entry);
  }
}

void Addresses::OnTimeout() {
  missing_ = 0;
  ++round_;
  Tell();
}

void Addresses::LookUpEntry(Entry& entry) {
  entry.problem = absl::UnavailableError(absl::StrCat("no answer about the name ", entry.host));
  resolver_.Resolve(entry.host, entry.port,
                    [weak = weak_factory_.Get(), &entry,
                     round = round_](const absl::StatusOr<std::vector<Endpoint>>& endpoints) {
                      Addresses* self = weak.get();
                      if (self != nullptr && round == self->round_) {
                        self->OnResolved(entry, endpoints);
                      }
                    });
}

void Addresses::OnResolved(Entry& entry, const absl::StatusOr<std::vector<Endpoint>>& endpoints) {
  entry.problem = endpoints.status();
  if (endpoints.ok()) {
    entry.known.clear();
    for (const Endpoint& endpoint : *endpoints) entry.known.push_back({entry.text, {endpoint}});
  }
  if (--missing_ > 0) return;
  timer_.cancel();
  Tell();
}

void Addresses::Tell() {
  std::vector<Address> known;
  std::set<Endpoint> seen;
  absl::Status problem;
  for (const Entry& entry : entries_) {
    problem.Update(entry.problem);
    for (const Address& address : entry.known) {
      if (seen.insert(address.endpoints.front()).second) known.push_back(address);
    }
  }
  done_(known, problem);
}

}  // namespace triad::grpc_client
