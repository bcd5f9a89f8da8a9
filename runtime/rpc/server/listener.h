// Accepts the connections of a gRPC server, since gRPC itself takes as many as come.
#pragma once

#include <atomic>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <thread>
#include <unordered_map>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/mutex.h"
#include "runtime/io/peers.h"
#include "runtime/io/posix.h"
#include "runtime/rpc/server/listen.h"
#include "runtime/rpc/server/open_calls.h"
#include "runtime/telemetry/logs/sampler.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::rpc {

struct ListenerOptions {
  std::size_t max_connections = 1024;
  std::size_t max_connections_per_peer = 256;  // but for this machine
  CallLimits calls = {.max = 5000, .max_per_connection = 1000};
};

// Counts connections, closes what is over a limit at once, and hands the rest over, on a
// thread of its own. A second descriptor of each stays here, which tells when the
// connection has ended: it hangs up when both sides are shut, by either of them. Ends
// connections that have more calls open than there may be.
// Thread-safe.
class Listener {
 public:
  using Endpoint = boost::asio::ip::tcp::endpoint;
  // Takes a connected descriptor that does not block, and closes it in the end.
  using HandOver = std::function<void(int descriptor)>;

  Listener(Listening listening, const ListenerOptions& options, Metrics& metrics,
           HandOver hand_over);
  // Connections stay.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Nothing is handed over any more when it returns, and nobody can connect.
  void StopAccepting();

 private:
  struct Connection {
    Descriptor descriptor;
    std::string peer;  // PeerKey
    PeerCount::Slot slot;
    std::string uri;
  };

  void Run();
  void OnEvent(int descriptor);
  void Accept(int socket) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // False if there is none, or none can be accepted now.
  bool AcceptOne(int socket) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Welcome(Descriptor descriptor, const Endpoint& peer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // `too_many` counts those that were.
  void Refuse(const char* flag, prometheus::Counter& too_many);
  void CannotAccept(int error);
  void OnEnd(int descriptor) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Every so often, ends what has too many calls open.
  void LookAtCalls();
  void EndConnectionsOverLimit() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(int descriptor, std::int64_t calls) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const HandOver hand_over_;
  const std::size_t max_connections_;
  const CallLimits call_limits_;
  const Descriptor epoll_;
  const Descriptor wake_;  // an eventfd
  prometheus::Gauge& open_;
  prometheus::Counter& too_many_;
  prometheus::Counter& too_many_of_peer_;
  prometheus::Counter& too_many_calls_;
  log::Sampler refusals_;
  log::Sampler failures_;
  log::Sampler endings_;
  Stopwatch since_look_;
  absl::Duration until_look_ = absl::ZeroDuration();
  std::atomic<bool> stopping_{false};

  Mutex mutex_;
  std::vector<Descriptor> sockets_ ABSL_GUARDED_BY(mutex_);
  PeerCount peers_;
  std::unordered_map<int, Connection> connections_ ABSL_GUARDED_BY(mutex_);  // by descriptor
  std::thread thread_;  // last: it uses the rest
};

}  // namespace triad::rpc
