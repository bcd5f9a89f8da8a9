// gRPC calls over HTTP/2 (nghttp2), on the event loop that made the channel.
//
// Everything here belongs to one loop: no locks, no hand-over between threads.
// Protocol: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace triad {
class EventLoop;
class Metrics;
}  // namespace triad

namespace triad::gateway {

class NameResolver;

// Names in lower case. Values of names that end in "-bin" are decoded bytes.
using Metadata = std::vector<std::pair<std::string, std::string>>;

// How a call ended.
struct CallResult {
  // OK, or the error of the service or of the way to it. UNAVAILABLE: no
  // connection, or it broke; DEADLINE_EXCEEDED: ours passed.
  absl::Status status;
  // Serialized google.rpc.Status from grpc-status-details-bin, or empty.
  std::string details;
  // Trailers without grpc-status, grpc-message and grpc-status-details-bin.
  Metadata trailers;
};

// Told what happens to a call, on its loop, never from inside Start or a Call's
// method. OnInitialMetadata comes at most once and first; OnMessage only after
// a Pull; OnDone exactly once and last, unless the call is destroyed before.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void OnInitialMetadata(const Metadata& metadata) = 0;
  virtual void OnMessage(std::string message) = 0;
  // A reply of trailers alone comes here without OnInitialMetadata.
  virtual void OnDone(const CallResult& result) = 0;
};

// A running call. Destroying it cancels what still runs (RST_STREAM CANCEL).
class Call {
 public:
  virtual ~Call() = default;
  // Queues one message. `sent`, if given, runs when flow control has let it
  // out: send the next one then.
  virtual void Send(std::string message, std::function<void()> sent = nullptr) = 0;
  // No message follows.
  virtual void FinishSending() = 0;
  // Asks for one more message. What is not asked for stays in the service:
  // the HTTP/2 window is only opened for messages that were taken.
  virtual void Pull() = 0;
};

struct CallStart {
  std::string path;                              // "/pkg.Service/Method"
  Metadata metadata;                             // legal names and values only; see CheckMetadata
  absl::Time deadline = absl::InfiniteFuture();  // sent as grpc-timeout, kept here too
};

struct ChannelOptions {
  // "host:port", or several joined by commas. A name stands for all its addresses.
  std::string target;
  // Most time between two attempts to connect to one address.
  absl::Duration max_backoff = absl::Milliseconds(500);
  // Names are resolved again this often while an address is connected, and every
  // max_backoff while none is: load moves to a new replica that much later, in
  // exchange for fewer questions to the name server.
  absl::Duration resolve_interval = absl::Seconds(5);
  // Of a connection, and of a look-up of names.
  absl::Duration connect_timeout = absl::Seconds(5);
  // PING after this long without a byte while calls run; the connection is
  // given up if no answer comes within the timeout.
  absl::Duration keepalive_time = absl::Seconds(20);
  absl::Duration keepalive_timeout = absl::Seconds(5);
  // Larger messages end the call with RESOURCE_EXHAUSTED.
  std::size_t max_message_bytes = 64 * 1024 * 1024;
  // Not owned, may be null.
  Metrics* metrics = nullptr;
  // Not owned; null for the system's. It is for tests to be another.
  NameResolver* resolver = nullptr;
};

// Connections to one target, one to each of its addresses, kept open from the
// first call on. Calls go to the addresses in turn, past those that are down or
// say, by gRPC's health protocol, that they do not serve. A call that finds all
// of them down fails at once with UNAVAILABLE, which names
// its service, instead of waiting; one that was provably not processed
// (REFUSED_STREAM, above GOAWAY's last id) is sent again, unseen, to another
// address if there is one. An address that the name no longer has gets no more
// calls, and loses none.
class Channel {
 public:
  // On the loop's thread, as all methods and the destructor. Its calls must be
  // gone before it.
  static std::unique_ptr<Channel> Create(EventLoop& loop, const ChannelOptions& options);
  virtual ~Channel() = default;

  // Begins a call. `observer` must live until OnDone or until the Call is gone.
  virtual std::unique_ptr<Call> Start(CallStart start, CallObserver& observer) = 0;

  virtual const std::string& target() const = 0;
};

// OK if gRPC may send `name: value` as metadata: the name of [a-z0-9_.-], the
// value of printable ASCII (any bytes for names in "-bin"). INVALID_ARGUMENT
// that names the header otherwise. Whatever enters metadata passes here.
absl::Status CheckMetadata(absl::string_view name, absl::string_view value);

}  // namespace triad::gateway
