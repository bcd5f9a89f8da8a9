// How a transaction reads its request and writes its answer: by its route, or on a socket.
#include <google/protobuf/descriptor.h>

#include <memory>
#include <string>

#include "gateway/proxy/transaction.h"
#include "gateway/transcoding/request_builder.h"
#include "gateway/transcoding/response_builder.h"

namespace triad::gateway {
namespace {

constexpr int kSwitchingProtocols = 101;

}  // namespace

std::unique_ptr<Transaction::StreamParts> Transaction::MakeStreamParts() {
  const auto* method = route().method;
  bool both_ways = method->client_streaming() && method->server_streaming();
  bool on_socket = start_.frames != Frames::kNone;
  if (!both_ways && !on_socket) return nullptr;
  auto made = std::make_unique<StreamParts>();
  if (on_socket) made->socket = MakeSocket();
  if (both_ways) {
    made->stall_guard = std::make_unique<StallGuard>(context(), parts().options.stream_idle_timeout,
                                                     [this] { OnStall(); });
  }
  return made;
}

std::unique_ptr<WebSocket> Transaction::MakeSocket() {
  WebSocketOptions options;
  options.max_message_bytes = parts().options.max_body_bytes;
  options.ping_interval = parts().options.heartbeat_interval;
  options.idle_timeout = parts().options.stream_idle_timeout;
  options.subprotocol = std::string(kSubprotocols[static_cast<int>(start_.frames)]);
  options.headers = {{"X-Request-Id", scope_.request_id()}};
  auto socket = WebSocket::Accept(scope_.exchange(), context(), options);
  if (socket != nullptr) status_ = kSwitchingProtocols;
  return socket;
}

RequestBody& Transaction::MakeBody() {
  if (start_.frames != Frames::kNone) {
    return *any_body_.emplace<std::unique_ptr<FrameUpload>>(
        std::make_unique<FrameUpload>(*this, socket()));
  }
  bool is_stream = route().method->client_streaming() && !route().body.empty();
  if (is_stream && TakesRawBody(route())) return any_body_.emplace<RawUpload>(*this);
  if (is_stream) {
    return *any_body_.emplace<std::unique_ptr<MessageUpload>>(
        std::make_unique<MessageUpload>(*this));
  }
  if (!route().body.empty()) return any_body_.emplace<WholeBody>(*this);
  return any_body_.emplace<NoBody>(*this);
}

Answer& Transaction::MakeAnswer() {
  if (start_.frames != Frames::kNone) {
    return *any_answer_.emplace<std::unique_ptr<FrameAnswer>>(
        std::make_unique<FrameAnswer>(*this, socket()));
  }
  if (GivesRawBody(route())) return any_answer_.emplace<RawDownload>(*this);
  if (route().method->server_streaming()) {
    return *any_answer_.emplace<std::unique_ptr<EventStream>>(std::make_unique<EventStream>(*this));
  }
  return any_answer_.emplace<JsonAnswer>(*this);
}

}  // namespace triad::gateway
