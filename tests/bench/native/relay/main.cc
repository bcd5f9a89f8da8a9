// The least that a gateway could do: HTTP/1.1 in front, gRPC behind, and nothing of what it says is
// made while it runs.
//   triad_bench_relay --upstream=HOST:PORT --prepared=FILE [--listen=HOST:PORT] [--loops=N]
// FILE is what prepared.h reads. What it moves, it moves as fast as it can: there are no routes, no
// conversion, no limits, no logs, no metrics. It trusts its clients and its service.
#include <arpa/inet.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/base/options/options.h"
#include "tests/bench/native/relay/front.h"
#include "tests/bench/native/relay/loop.h"
#include "tests/bench/native/relay/prepared.h"
#include "tests/bench/native/relay/sockets.h"
#include "tests/bench/native/relay/upstream.h"

namespace triad::bench {
namespace {

struct Flags {
  std::string listen = "127.0.0.1:0";
  std::string upstream;
  std::string prepared;
  std::int64_t loops = 0;
};

Flags FlagsOf(int argc, char** argv) {
  Flags flags;
  OptionParser parser("triad_bench_relay", "The least that a gateway could do.");
  parser.Add("listen", &flags.listen, "HOST:PORT; port 0 picks a free one");
  parser.Add("upstream", &flags.upstream, "HOST:PORT of the service");
  parser.Add("prepared", &flags.prepared, "list of what is said");
  parser.Add("loops", &flags.loops, "event loops; 0 for as many as there are processors",
             {.min = 0});
  parser.ParseOrExit(argc, argv);
  return flags;
}

[[noreturn]] void Serve(const sockaddr_in& service, const PreparedAnswers& answers,
                        Descriptor listening) {
  Loop loop;
  Upstream upstream(loop, Connect(service));
  Front front(loop, upstream, answers, std::move(listening));
  loop.Run([&] {
    upstream.Flush();
    front.DestroyEnded();
  });
}

int Main(int argc, char** argv) {
  Flags flags = FlagsOf(argc, argv);
  PreparedAnswers answers = LoadPrepared(flags.prepared);
  sockaddr_in service = ParseAddress(flags.upstream);
  sockaddr_in address = ParseAddress(flags.listen);
  std::size_t count =
      flags.loops > 0 ? static_cast<std::size_t>(flags.loops) : std::thread::hardware_concurrency();
  std::vector<std::thread> threads;
  for (Descriptor& listening : Listen(address, count)) {
    threads.emplace_back([&service, &answers, socket = std::move(listening)]() mutable {
      Serve(service, answers, std::move(socket));
    });
  }
  char host[INET_ADDRSTRLEN];
  inet_ntop(AF_INET, &address.sin_addr, host, sizeof(host));
  std::printf("serving %s:%d\n", host, ntohs(address.sin_port));
  std::fflush(stdout);
  for (std::thread& thread : threads) thread.join();
  return 0;
}

}  // namespace
}  // namespace triad::bench

int main(int argc, char** argv) { return triad::bench::Main(argc, argv); }
