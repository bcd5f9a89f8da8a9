#include "tests/bench/native/relay/sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/bench/native/result.h"

namespace triad::bench {
namespace {

const sockaddr* Plain(const sockaddr_in& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

void OrFail(int result, absl::string_view action) {
  if (result < 0) Fail(absl::StrCat("cannot ", action, ": ", std::strerror(errno)));
}

Descriptor ListenOnce(sockaddr_in& address) {
  Descriptor listening(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  int yes = 1;
  OrFail(setsockopt(listening.get(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof(yes)), "share a port");
  OrFail(bind(listening.get(), Plain(address), sizeof(address)), "bind");
  OrFail(listen(listening.get(), SOMAXCONN), "listen");
  socklen_t size = sizeof(address);
  OrFail(getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size), "listen");
  return listening;
}

}  // namespace

sockaddr_in ParseAddress(const std::string& text) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  std::size_t colon = text.rfind(':');
  std::uint32_t port = 0;
  if (colon == std::string::npos || !absl::SimpleAtoi(text.substr(colon + 1), &port) ||
      port > 65535 || inet_pton(AF_INET, text.substr(0, colon).c_str(), &address.sin_addr) != 1) {
    Fail(absl::StrCat("'", text, "' is no address such as 127.0.0.1:80"));
  }
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

std::vector<Descriptor> Listen(sockaddr_in& address, std::size_t count) {
  std::vector<Descriptor> sockets;
  while (sockets.size() < count) sockets.push_back(ListenOnce(address));
  return sockets;
}

Descriptor Connect(const sockaddr_in& address) {
  Descriptor connected(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  OrFail(connect(connected.get(), Plain(address), sizeof(address)), "connect to the service");
  int yes = 1;
  OrFail(setsockopt(connected.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)), "connect");
  OrFail(fcntl(connected.get(), F_SETFL, O_NONBLOCK), "connect");
  return connected;
}

}  // namespace triad::bench
