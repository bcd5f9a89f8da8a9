#include "runtime/http/listen.h"

#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::http {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;
using ReusePort = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

absl::Status BadAddress(const std::string& address, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("cannot listen on '", address, "': ", why,
                                                 "; expected HOST:PORT, such as 127.0.0.1:4545"));
}

absl::StatusOr<tcp::endpoint> Resolve(const std::string& address,
                                      boost::asio::io_context& context) {
  std::size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return BadAddress(address, "host or port missing");
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string::npos) {
    return BadAddress(address, "an IPv6 address needs brackets");
  }
  // The resolver would take 70000 for another port.
  std::uint32_t port = 0;
  std::string port_text = address.substr(colon + 1);
  if (!absl::SimpleAtoi(port_text, &port) || port > 65535) {
    return BadAddress(address, "the port is not a number up to 65535");
  }
  error_code error;
  tcp::resolver resolver(context);
  auto found = resolver.resolve(
      host, port_text,
      boost::asio::ip::resolver_base::numeric_service | boost::asio::ip::resolver_base::passive,
      error);
  if (error) return BadAddress(address, error.message());
  return found.begin()->endpoint();
}

absl::Status ListenError(const std::string& address, const error_code& error) {
  if (error == boost::asio::error::address_in_use) {
    return absl::FailedPreconditionError(absl::StrCat(address, " is in use"));
  }
  return BadAddress(address, error.message());
}

error_code Bind(Acceptor& acceptor, const tcp::endpoint& endpoint, bool shared) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && shared) acceptor.set_option(ReusePort(true), error);
  if (!error) acceptor.bind(endpoint, error);
  return error;
}

}  // namespace

absl::StatusOr<std::vector<Acceptor>> Listen(
    const std::string& address, const std::vector<boost::asio::io_context*>& contexts) {
  TRIAD_ASSIGN_OR_RETURN(tcp::endpoint endpoint, Resolve(address, *contexts.front()));
  // A shared port would quietly be shared with another process as well. Taking
  // it unshared first finds that out.
  {
    Acceptor probe(*contexts.front());
    if (error_code error = Bind(probe, endpoint, false)) return ListenError(address, error);
  }
  std::vector<Acceptor> acceptors;
  for (boost::asio::io_context* context : contexts) {
    Acceptor& acceptor = acceptors.emplace_back(*context);
    error_code error = Bind(acceptor, endpoint, contexts.size() > 1);
    if (!error) acceptor.listen(boost::asio::socket_base::max_listen_connections, error);
    if (!error) endpoint = acceptor.local_endpoint(error);  // the port, if it was 0
    if (error) return ListenError(address, error);
  }
  return acceptors;
}

}  // namespace triad::http
