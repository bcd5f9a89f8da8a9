// What a client sends on a WebSocket, however the network cuts it, against a reader of frames that
// knows nothing but RFC 6455. The input is a byte for the cuts, whose highest bit asks for
// compression, and the bytes behind the handshake.
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gateway/protocols/websocket/web_socket.h"
#include "runtime/base/utf8.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using gateway::SocketMessage;
using gateway::WebSocket;

constexpr std::size_t kMaxMessage = 2000;

http::RequestHead Handshake(bool compressed) {
  http::RequestHead head;
  head.method = "GET";
  head.target = "/";
  head.headers.Add("Host", "localhost");
  head.headers.Add("Upgrade", "websocket");
  head.headers.Add("Connection", "Upgrade");
  head.headers.Add("Sec-WebSocket-Version", "13");
  head.headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
  if (compressed) head.headers.Add("Sec-WebSocket-Extensions", "permessage-deflate");
  return head;
}

// A client that sends what it was given, and then leaves.
class Client final : public http::Exchange {
 public:
  Client(boost::asio::io_context& context, absl::string_view bytes, Cuts cuts, bool compressed)
      : Exchange(Handshake(compressed)), context_(context), rest_(bytes), cuts_(cuts) {}

  void ReadBody(BodyCallback done) override {
    absl::StatusOr<std::string> piece = absl::UnavailableError("the client left");
    if (!rest_.empty()) piece = std::string(rest_.substr(0, cuts_.Next()));
    if (piece.ok()) rest_.remove_prefix(piece->size());
    boost::asio::post(context_, [done = std::move(done), piece] { done(piece); });
  }
  void WriteBody(http::Body, WriteCallback done) override {
    boost::asio::post(context_, [done = std::move(done)] { done(absl::OkStatus()); });
  }
  bool Reserve(std::size_t bytes) override {
    held_ += bytes;
    return true;
  }
  void Release(std::size_t bytes) override {
    Require(bytes <= held_, "no more is given back than was taken");
    held_ -= bytes;
  }
  std::size_t held() const { return held_; }

  void ForgetFields() override { DropFields(); }
  void WhenRoom(std::function<void()>) override {}
  void Moved(std::size_t) override {}
  void AllowPieces(std::size_t) override {}
  void LimitIdle(absl::Duration) override {}
  void StartTunnel() override {}
  void Respond(http::ResponseHead, http::Body) override {}
  void StartResponse(http::ResponseHead, std::optional<std::uint64_t>) override {}
  void FinishResponse() override {}
  void FailResponse() override {}
  void OnClientLeft(std::function<void()>) override {}
  std::optional<int> ended_with() const override { return std::nullopt; }

 private:
  boost::asio::io_context& context_;
  absl::string_view rest_;
  Cuts cuts_;
  std::size_t held_ = 0;
};

struct Seen {
  std::vector<std::string> messages;
  absl::Status end;
};

std::string Format(const SocketMessage& message) {
  return absl::StrCat(message.is_text ? "text:" : "bytes:", message.payload);
}

Seen Receive(absl::string_view bytes, Cuts cuts, bool compressed) {
  boost::asio::io_context context;
  Client client(context, bytes, cuts, compressed);
  gateway::WebSocketOptions options;
  options.max_message_bytes = kMaxMessage;
  options.ping_interval = options.idle_timeout = absl::Hours(1);
  auto socket = WebSocket::Accept(client, context, options);
  Seen seen;
  bool waits = false;
  while (seen.end.ok()) {
    if (!std::exchange(waits, true)) {
      socket->Read([&](absl::StatusOr<SocketMessage> message) {
        waits = false;
        if (!message.ok()) return void(seen.end = message.status());
        Require(message->payload.size() <= kMaxMessage, "no message is larger than may be");
        bool is_good = !message->is_text || IsValidUtf8(message->payload);
        Require(is_good, "a text is UTF-8", message->payload);
        seen.messages.push_back(Format(*message));
      });
    }
    Require(context.poll_one() > 0, "a socket goes on until it ends", bytes);
  }
  Require(client.held() < gateway::kWebSocketBytes + gateway::kDeflateBytes + 4 * kMaxMessage,
          "no more is held than a message needs");
  return seen;
}

// The messages in `bytes`, up to what is no frame of a client.
std::vector<std::string> ReadByTheGrammar(absl::string_view bytes) {
  std::vector<std::string> messages;
  std::optional<SocketMessage> message;
  auto byte = [&bytes](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  for (;;) {
    if (bytes.size() < 2) return messages;
    int opcode = byte(0) & 0x0f;
    bool is_last = (byte(0) & 0x80) != 0;
    bool is_control = opcode >= 8;
    std::uint64_t size = byte(1) & 0x7f;
    std::size_t more = size == 126 ? 2 : size == 127 ? 8 : 0;
    bool is_good = (byte(0) & 0x70) == 0 && (byte(1) & 0x80) != 0;
    is_good = is_good && (is_control ? is_last && size < 126 && opcode < 11 : opcode < 3);
    is_good = is_good && (is_control || (opcode == 0) == message.has_value());
    if (!is_good || bytes.size() < 2 + more + 4) return messages;
    if (more > 0) size = 0;
    for (std::size_t i = 0; i < more; ++i) size = size << 8 | byte(2 + i);
    bool is_shortest = more == 0 || size >= (more == 2 ? 126u : 65536u);
    std::string mask(bytes.substr(2 + more, 4));
    bytes.remove_prefix(2 + more + 4);
    if (!is_shortest || bytes.size() < size) return messages;
    std::string payload(bytes.substr(0, size));
    for (std::size_t i = 0; i < payload.size(); ++i) payload[i] ^= mask[i % 4];
    bytes.remove_prefix(size);
    if (opcode == 8) return messages;
    if (is_control) continue;
    if (!message) message = SocketMessage{opcode == 1, ""};
    message->payload += payload;
    if (message->payload.size() > kMaxMessage) return messages;
    if (!is_last) continue;
    if (message->is_text && !IsValidUtf8(message->payload)) return messages;
    messages.push_back(Format(*std::exchange(message, std::nullopt)));
  }
}

const Registration kTarget("websocket_frames", [](absl::string_view bytes) {
  Input input(bytes);
  std::uint8_t flags = input.TakeByte();
  bool compressed = (flags & 0x80) != 0;
  Seen seen = Receive(input.rest(), Cuts(flags & 0x7f), compressed);
  Seen whole = Receive(input.rest(), Cuts(255), compressed);
  Require(seen.messages == whole.messages, "the network's cuts are not seen", bytes);
  if (compressed) return;
  Require(seen.messages == ReadByTheGrammar(input.rest()), "messages are those of the grammar",
          bytes);
});

}  // namespace
}  // namespace triad::fuzz
