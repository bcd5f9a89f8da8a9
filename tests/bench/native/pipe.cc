// The least that anybody could do who stands between two sockets: it reads and writes the same
// bytes.
//   triad_bench_pipe --upstream=HOST:PORT [--listen=HOST:PORT]
// It serves one connection at a time, and waits until what it has read is written.
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstdio>
#include <iterator>
#include <string>
#include <vector>

#include "runtime/base/options/options.h"
#include "runtime/io/posix.h"
#include "tests/bench/native/relay/sockets.h"
#include "tests/bench/native/result.h"

namespace triad::bench {
namespace {

constexpr std::size_t kBuffer = 256 * 1024;

bool WriteAll(int to, const char* bytes, std::size_t size) {
  while (size > 0) {
    ssize_t count = RetryOnEintr([&] { return send(to, bytes, size, MSG_NOSIGNAL); });
    if (count < 0) return false;
    bytes += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

// Until one of the two has ended.
void Serve(const Descriptor& client, const sockaddr_in& upstream) {
  static std::vector<char> buffer(kBuffer);
  Descriptor server = Connect(upstream);
  fcntl(server.get(), F_SETFL, 0);
  pollfd sides[] = {{client.get(), POLLIN, 0}, {server.get(), POLLIN, 0}};
  while (RetryOnEintr([&] { return poll(sides, std::size(sides), -1); }) > 0) {
    for (int side : {0, 1}) {
      if (sides[side].revents == 0) continue;
      ssize_t count =
          RetryOnEintr([&] { return read(sides[side].fd, buffer.data(), buffer.size()); });
      if (count <= 0) return;
      if (!WriteAll(sides[1 - side].fd, buffer.data(), static_cast<std::size_t>(count))) return;
    }
  }
}

int Main(int argc, char** argv) {
  std::string listen = "127.0.0.1:0";
  std::string upstream;
  OptionParser parser("triad_bench_pipe", "Reads and writes the same bytes.");
  parser.Add("listen", &listen, "HOST:PORT; port 0 picks a free one");
  parser.Add("upstream", &upstream, "HOST:PORT that all of it goes to");
  parser.ParseOrExit(argc, argv);
  sockaddr_in address = ParseAddress(listen);
  sockaddr_in server = ParseAddress(upstream);
  std::vector<Descriptor> listening = Listen(address, 1);
  fcntl(listening[0].get(), F_SETFL, 0);
  char host[INET_ADDRSTRLEN];
  inet_ntop(AF_INET, &address.sin_addr, host, sizeof(host));
  std::printf("serving %s:%d\n", host, ntohs(address.sin_port));
  std::fflush(stdout);
  for (;;) {
    int client = RetryOnEintr([&] { return accept(listening[0].get(), nullptr, nullptr); });
    if (client < 0) Fail("cannot accept a connection");
    Serve(Descriptor(client), server);
  }
}

}  // namespace
}  // namespace triad::bench

int main(int argc, char** argv) { return triad::bench::Main(argc, argv); }
