// An HTTP/1.1 server on event loops (Boost.Beast).
//
// Shared by the gateway's front and every binary's admin port. Pipelined
// requests are read one at a time and answered in order. A request that could
// be read in two ways (conflicting lengths, bare LF, folded headers) is
// answered 400 and its connection closed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/http/parser/message.h"

namespace triad {
class EventLoop;
class Metrics;
}  // namespace triad

namespace triad::http {

// One request and its answer, owned by whoever answers. Every call, every
// callback and the destructor happen on the loop of its connection; callbacks
// never from inside a call. Callbacks are dropped with the exchange, so they may
// refer to its owner, and once the answer is sent. Once the client is gone, calls
// do nothing and callbacks get UNAVAILABLE. A client that shuts down its sending
// side counts as gone, as it does for most servers.
//
// An answer is either Respond alone, or StartResponse, any number of WriteBody,
// then FinishResponse or FailResponse. A request whose exchange is destroyed
// without an answer stays open until the client leaves.
class Exchange {
 public:
  using BodyCallback = std::function<void(absl::StatusOr<std::string>)>;
  using WriteCallback = std::function<void(absl::Status)>;

  virtual ~Exchange() = default;

  virtual const RequestHead& request() const = 0;

  // The next piece of the request's body, at most 64 KiB; an empty string is
  // its end. One read at a time. Nothing is read from the socket before it is
  // asked for, which is the back-pressure. Answers 100-continue on first use.
  // Errors: UNAVAILABLE if the client left, INVALID_ARGUMENT for a malformed
  // chunk, DEADLINE_EXCEEDED if the client is too slow.
  virtual void ReadBody(BodyCallback done) = 0;

  // Sends a whole answer. A body for HEAD, 204 or 304 is not sent (its length
  // is, for HEAD).
  virtual void Respond(ResponseHead head, std::string body) = 0;

  // Sends a head now; the body follows. Without `content_length` it is chunked.
  virtual void StartResponse(ResponseHead head, std::optional<std::uint64_t> content_length) = 0;

  // Sends a piece of the body; `done` when the socket has taken it. One write
  // at a time.
  virtual void WriteBody(std::string piece, WriteCallback done) = 0;

  // Ends the body. Ends like FailResponse if fewer bytes were written than announced.
  virtual void FinishResponse() = 0;

  // Breaks the connection without a final chunk, so that what was sent cannot
  // be taken for a whole answer.
  virtual void FailResponse() = 0;

  // `left` runs once if the client goes away before the answer is complete.
  // It is noticed within a second, also while nothing is read or written.
  virtual void OnClientLeft(std::function<void()> left) = 0;
};

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
  // Open connections of the whole server; more are accepted and closed.
  std::size_t max_connections = 10000;
  // Between requests.
  absl::Duration idle_timeout = absl::Seconds(75);
  // From the first byte of a head to its last; 408 when it passes.
  absl::Duration head_timeout = absl::Seconds(10);
  // Without any byte while a body is read or written.
  absl::Duration stall_timeout = absl::Seconds(30);
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
