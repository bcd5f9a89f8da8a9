// gRPC calls over HTTP/2 (nghttp2), on the event loop that made the channel.
//
// Everything here belongs to one loop: no locks, no hand-over between threads.
// Protocol: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "runtime/grpc_client/client_call.h"

namespace triad {
class EventLoop;
class Metrics;
}  // namespace triad

namespace triad::grpc_client {

class NameResolver;

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
  // To one address: another is opened once a service's limit on concurrent streams
  // has been reached on those there are.
  std::size_t max_connections = 4;
  // Calls that wait for a connection or a stream. More fail at once, UNAVAILABLE.
  std::size_t max_waiting_calls = 1000;
  // Larger messages end the call with RESOURCE_EXHAUSTED.
  std::size_t max_message_bytes = 8 * 1024 * 1024;
  // Runs on the loop when there is a connection to an address that had none.
  std::function<void()> on_connected = nullptr;
  // Not owned, may be null.
  Metrics* metrics = nullptr;
  // Not owned; null for the system's. Tests give another.
  NameResolver* resolver = nullptr;
};

// Connections to one target, to each of its addresses, kept open from the first call
// on. Calls go to the addresses in turn, past those that are down or
// say, by gRPC's health protocol, that they do not serve. A call that finds all
// of them down fails at once with UNAVAILABLE, which names its service, instead
// of waiting; one that was provably not processed (REFUSED_STREAM, above GOAWAY's
// last id) is sent again, unseen, to another address if there is one. An address
// that the name no longer has gets no more calls, and loses none.
//
// Where every stream is taken, calls with a deadline wait for one; those without, which
// could wait for ever, do so only while another connection is being made. An eighth of
// the streams is for calls with a deadline alone.
class Channel {
 public:
  // On the loop's thread, as all methods and the destructor. Its calls must be
  // gone before it, and no callback of them may be running.
  static std::unique_ptr<Channel> Create(EventLoop& loop, const ChannelOptions& options);
  virtual ~Channel() = default;

  // Begins a call. `observer` must live until OnDone or until the call is gone.
  virtual std::unique_ptr<ClientCall> Start(CallStart start, CallObserver& observer) = 0;

  virtual const std::string& target() const = 0;
};

}  // namespace triad::grpc_client
