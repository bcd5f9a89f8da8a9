// An HTTP/1.1 server on event loops (Boost.Beast).
//
// Shared by the gateway's front and every binary's admin port. Pipelined
// requests are read one at a time and answered in order. A request that could
// be read in two ways (conflicting lengths, bare LF, folded headers) is
// answered 400 and its connection closed.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/http/client_address.h"
#include "runtime/http/exchange.h"

namespace triad {
class EventLoop;
class MemoryBudget;
class Metrics;
}  // namespace triad

namespace triad::http {

// Answers requests on one loop. Handle returns soon; the answer may come later.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual void Handle(std::unique_ptr<Exchange> exchange) = 0;
};

struct ServerOptions {
  std::string listen;  // HOST:PORT; port 0 picks a free one
  // Bytes of a request's head; more is 431.
  std::size_t max_head_bytes = 64 * 1024;
  // Fields of it; more is 431.
  std::size_t max_head_fields = 128;
  // Open connections of the whole server. At the limit the one that has been idle for
  // longest makes room; a new one is closed if there is none.
  std::size_t max_connections = 10000;
  // Of one peer; more are accepted and closed. 0: PerPeer(max_connections). Without a
  // limit are 127.0.0.1, ::1 and trusted proxies.
  std::size_t max_connections_per_peer = 0;
  // Between requests.
  absl::Duration idle_timeout = absl::Seconds(75);
  // From the first byte of a head to its last; 408 when it passes.
  absl::Duration head_timeout = absl::Seconds(10);
  // Without any byte while a body is read or written.
  absl::Duration stall_timeout = absl::Seconds(30);
  // Bytes a second that a client has to send of a body, and to take of an answer, on
  // the average of as long as stall_timeout.
  std::size_t min_rate_bytes = 240;
  TrustedProxies trusted_proxies;
  // What heads, bodies and answers are held of; not owned, may be null. What does not
  // fit is 503. A request that holds much and moves little may be ended for others: with
  // 408 or 503, or by a reset once its answer has begun.
  MemoryBudget* memory = nullptr;
  // Gets the number of connections and of refused requests; not owned, may be
  // null.
  Metrics* metrics = nullptr;
};

// Thread-safe. None of its methods, nor its destructor, may be called on one of
// its loops: they wait for the loops.
class Server {
 public:
  using HandlerFactory = std::function<std::unique_ptr<Handler>(EventLoop&)>;

  // Listens and serves on `loops`, one SO_REUSEPORT socket and one handler (made
  // by `factory`, on its loop) each. `loops` must outlive the server.
  // FAILED_PRECONDITION "HOST:PORT is in use"; INVALID_ARGUMENT for a bad
  // address.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       std::vector<EventLoop*> loops,
                                                       const HandlerFactory& factory);

  // Closes everything at once. Call Drain first to let answers finish.
  virtual ~Server() = default;

  // The port that is listened on.
  virtual int port() const = 0;

  // From now on answers carry `Connection: close`. Connections stay accepted.
  virtual void AnnounceClose() = 0;

  // Stops listening, closes idle connections, and returns once every exchange
  // is complete, or after `timeout`: DEADLINE_EXCEEDED with how many were cut.
  virtual absl::Status Drain(absl::Duration timeout) = 0;
};

}  // namespace triad::http
