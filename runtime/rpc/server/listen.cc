#include "runtime/rpc/server/listen.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"

namespace triad::rpc {
namespace {

// Of data that a peer does not acknowledge; as long as it may leave a ping unanswered.
constexpr int kUserTimeoutMilliseconds = 20'000;

struct HostPort {
  std::string host;
  std::string port;
};

absl::StatusOr<HostPort> Split(absl::string_view listen) {
  std::size_t colon = listen.rfind(':');
  int port = 0;
  if (colon == absl::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(listen.substr(colon + 1), &port) || port < 0 || port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", listen, "' is not HOST:PORT, for instance 127.0.0.1:4551"));
  }
  absl::string_view host = listen.substr(0, colon);
  if (absl::ConsumePrefix(&host, "[")) absl::ConsumeSuffix(&host, "]");
  return HostPort{std::string(host), absl::StrCat(port)};
}

void SetOption(int socket, int level, int option, int value) {
  setsockopt(socket, level, option, &value, sizeof(value));
}

// Connections have what their listening socket has.
void SetOptions(int socket, int family) {
  // A port whose old connections linger is free.
  SetOption(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  SetOption(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  SetOption(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, kUserTimeoutMilliseconds);
  if (family == AF_INET6) SetOption(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0);
}

in_port_t* PortIn(sockaddr* address) {
  if (address->sa_family == AF_INET6) return &reinterpret_cast<sockaddr_in6*>(address)->sin6_port;
  return &reinterpret_cast<sockaddr_in*>(address)->sin_port;
}

int PortOf(int socket) {
  sockaddr_storage bound = {};
  socklen_t size = sizeof(bound);
  getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size);
  return ntohs(*PortIn(reinterpret_cast<sockaddr*>(&bound)));
}

absl::StatusOr<Descriptor> ListenOn(absl::string_view listen, const addrinfo& address) {
  Descriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.get() < 0) return absl::InternalError(absl::StrCat("socket: ", strerror(errno)));
  SetOptions(socket.get(), address.ai_family);
  if (bind(socket.get(), address.ai_addr, address.ai_addrlen) == 0 &&
      ::listen(socket.get(), SOMAXCONN) == 0) {
    return socket;
  }
  if (errno == EADDRINUSE) return absl::FailedPreconditionError(absl::StrCat(listen, " is in use"));
  return absl::InvalidArgumentError(
      absl::StrCat("cannot listen on ", listen, ": ", strerror(errno)));
}

}  // namespace

absl::StatusOr<Listening> Listen(absl::string_view listen) {
  TRIAD_ASSIGN_OR_RETURN(HostPort where, Split(listen));
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  int error = getaddrinfo(where.host.c_str(), where.port.c_str(), &hints, &found);
  if (error != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot listen on ", listen, ": ", gai_strerror(error)));
  }
  std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owned(found, freeaddrinfo);
  Listening listening;
  for (addrinfo* at = found; at != nullptr; at = at->ai_next) {
    // All have the port that the first has picked.
    if (listening.port != 0) *PortIn(at->ai_addr) = htons(static_cast<in_port_t>(listening.port));
    TRIAD_ASSIGN_OR_RETURN(Descriptor socket, ListenOn(listen, *at));
    listening.port = PortOf(socket.get());
    listening.sockets.push_back(std::move(socket));
  }
  return listening;
}

}  // namespace triad::rpc
