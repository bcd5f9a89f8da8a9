#include "gateway/upstream/connector.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace triad::gateway {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

// Of an address, or of "localhost", which is loopback whatever a resolver knows
// (RFC 6761, 6.3) and which a bare machine cannot resolve. Empty for other names.
std::vector<tcp::endpoint> EndpointsWithoutResolver(const std::string& host,
                                                    const std::string& port_text) {
  int number = 0;
  if (!absl::SimpleAtoi(port_text, &number)) return {};
  const auto port = static_cast<std::uint16_t>(number);
  if (absl::EqualsIgnoreCase(host, "localhost")) {
    return {{boost::asio::ip::address_v4::loopback(), port},
            {boost::asio::ip::address_v6::loopback(), port}};
  }
  error_code not_numeric;
  const auto address = boost::asio::ip::make_address(host, not_numeric);
  if (not_numeric) return {};
  return {{address, port}};
}

}  // namespace

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

struct ConnectAttempt::State : std::enable_shared_from_this<State> {
  State(boost::asio::io_context& context, Done done)
      : resolver(context), socket(context), timer(context), done(std::move(done)) {}

  void Begin(const std::string& target, absl::Duration timeout) {
    auto parts = SplitTarget(target);
    if (!parts.ok()) {
      boost::asio::post(socket.get_executor(), [self = shared_from_this(),
                                                status = parts.status()] { self->End(status); });
      return;
    }
    timer.expires_after(absl::ToChronoMilliseconds(timeout));
    timer.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->End(absl::UnavailableError("connecting took too long"));
    });
    std::vector<tcp::endpoint> known = EndpointsWithoutResolver(parts->first, parts->second);
    if (!known.empty()) return Connect(known);
    resolver.async_resolve(parts->first, parts->second,
                           [self = shared_from_this()](error_code error, const auto& results) {
                             if (error) return self->End(absl::UnavailableError(error.message()));
                             self->Connect(results);
                           });
  }

  template <typename Endpoints>
  void Connect(const Endpoints& endpoints) {
    if (!done) return;
    boost::asio::async_connect(socket, endpoints,
                               [self = shared_from_this()](error_code error, const tcp::endpoint&) {
                                 if (error)
                                   return self->End(absl::UnavailableError(error.message()));
                                 self->End(std::move(self->socket));
                               });
  }

  void End(absl::StatusOr<Socket> result) {
    if (!done) return;
    Done tell = std::exchange(done, nullptr);
    Stop();
    tell(std::move(result));
  }

  void Stop() {
    done = nullptr;
    error_code ignored;
    timer.cancel(ignored);
    resolver.cancel();
    socket.close(ignored);
  }

  tcp::resolver resolver;
  tcp::socket socket;
  boost::asio::steady_timer timer;
  Done done;
};

ConnectAttempt::ConnectAttempt(boost::asio::io_context& context, const std::string& target,
                               absl::Duration timeout, Done done)
    : state_(std::make_shared<State>(context, std::move(done))) {
  state_->Begin(target, timeout);
}

ConnectAttempt::~ConnectAttempt() { state_->Stop(); }

}  // namespace triad::gateway
