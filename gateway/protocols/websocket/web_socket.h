// A WebSocket (RFC 6455) in place of an answer, with permessage-deflate (RFC 7692).
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/http/exchange.h"

namespace triad::gateway {

// A whole message, out of as many frames as it came in.
struct SocketMessage {
  bool is_text = true;
  std::string payload;  // of a text: UTF-8
};

// What a close frame says, from us. The reason is cut at 123 bytes, between characters.
struct SocketClose {
  int code = 1000;
  std::string reason;
};

struct WebSocketOptions {
  // Of one that is received, as it is once it is inflated; a larger one is answered by closing with
  // 1009.
  std::size_t max_message_bytes = 0;
  // Of a client that says nothing, although it is waited for: after one it is asked by a ping, and
  // after two it has left.
  absl::Duration ping_interval;
  // Without a byte either way, as above.
  absl::Duration idle_timeout;
  std::string subprotocol;                                   // of the answer; none if empty
  std::vector<std::pair<std::string, std::string>> headers;  // of the answer
};

// Memory that each one takes of its exchange, and what one that compresses takes beside it: the
// windows and tables of zlib.
inline constexpr std::size_t kWebSocketBytes = 8 * 1024;
inline constexpr std::size_t kDeflateBytes = 80 * 1024;

// Belongs to the loop of its exchange. Callbacks come from the loop, never from inside a call, and
// are dropped with it.
class WebSocket {
 public:
  using ReadCallback = std::function<void(absl::StatusOr<SocketMessage>)>;

  // Answers `exchange`, whose handshake is good, and outlives this. It compresses if the client
  // does, and if there is memory for it. Null if there is none for the socket itself.
  static std::unique_ptr<WebSocket> Accept(http::Exchange& exchange,
                                           boost::asio::io_context& context,
                                           const WebSocketOptions& options);

  virtual ~WebSocket() = default;

  // The next message. One read at a time; nothing is read before it is asked for, but for 8 KiB.
  // Errors end the socket: CANCELLED if the client closed it, UNAVAILABLE if it left,
  // INVALID_ARGUMENT for what breaks the protocol, RESOURCE_EXHAUSTED for lack of memory; the
  // client has been told in a close frame where that makes sense.
  virtual void Read(ReadCallback done) = 0;

  // Sends a message; `done` when the socket has taken it. One write at a time.
  virtual void Write(SocketMessage message, std::function<void()> done) = 0;

  // Sends a close frame behind what is being written, and waits for the client's, a while. Then
  // `closed` runs. Once, and nothing is written afterwards.
  virtual void Close(SocketClose close, std::function<void()> closed) = 0;
};

}  // namespace triad::gateway
