#include "gateway/protocols/websocket/web_socket.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <optional>

#include "absl/strings/str_cat.h"
#include "gateway/protocols/websocket/exchange_stream.h"
#include "runtime/base/utf8.h"
#include "runtime/io/weak_ptr.h"

namespace triad::gateway {
namespace {

namespace ws = boost::beast::websocket;
using boost::system::error_code;

// Of a message that is read, and not counted: what any connection has.
constexpr std::size_t kUncounted = 64 * 1024;
// How long a client may take to answer a close frame.
constexpr std::chrono::seconds kCloseTimeout(5);
constexpr std::size_t kReadStep = 16 * 1024;
constexpr std::size_t kMaxReason = 123;

boost::beast::string_view View(absl::string_view text) { return {text.data(), text.size()}; }

// The longest part of `reason` that fits and is whole characters.
std::string CutReason(std::string reason) {
  if (reason.size() <= kMaxReason) return reason;
  std::size_t end = kMaxReason;
  while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xc0) == 0x80) --end;
  reason.resize(end);
  return reason;
}

// Whether `text`, of which all but the end is known to be UTF-8, ends with a whole character.
bool EndsWithCharacter(absl::string_view text) {
  constexpr std::size_t kLongest = 4;
  text = text.substr(text.size() - std::min(text.size(), kLongest));
  while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xc0) == 0x80) {
    text.remove_prefix(1);
  }
  return IsValidUtf8(text);
}

absl::Status StatusOf(const error_code& error, const ws::close_reason& reason) {
  if (error == ws::error::closed) {
    return absl::CancelledError(absl::StrCat("the client closed the WebSocket with ", reason.code));
  }
  bool is_fault = error.category() == make_error_code(ws::error::closed).category() ||
                  error == ws::condition::protocol_violation;
  return is_fault ? absl::InvalidArgumentError(absl::StrCat("WebSocket: ", error.message()))
                  : absl::UnavailableError("the client has gone away");
}

// Small windows: what is sent are messages of JSON, and each socket has its own.
ws::permessage_deflate Deflate(bool enabled) {
  ws::permessage_deflate deflate;
  deflate.server_enable = enabled;
  deflate.server_max_window_bits = 12;
  deflate.memLevel = 4;
  deflate.compLevel = 3;
  return deflate;
}

class BeastWebSocket final : public WebSocket {
 public:
  BeastWebSocket(http::Exchange& exchange, boost::asio::io_context& context,
                 const WebSocketOptions& options)
      : exchange_(exchange),
        stream_(exchange, context),
        silence_(context),
        close_timer_(context),
        ping_interval_(absl::ToChronoNanoseconds(options.ping_interval)) {
    stream_.read_message_max(options.max_message_bytes);
    stream_.auto_fragment(false);
    stream_.set_option(Deflate(exchange.Reserve(kDeflateBytes)));
    stream_.control_callback([this](ws::frame_type, boost::beast::string_view) { Heard(); });
    exchange.LimitIdle(options.idle_timeout);
    exchange.StartTunnel();
    AcceptHandshake(options);
  }

  void Read(ReadCallback done) override {
    read_done_ = std::move(done);
    if (!accepted_) return;
    ReadSome();
    heard_ = true;
    WatchSilence();
  }

  void Write(SocketMessage message, std::function<void()> done) override {
    written_ = std::move(message);
    write_done_ = std::move(done);
    writing_ = true;
    if (accepted_) WriteNow();
  }

  void Close(SocketClose close, std::function<void()> closed) override {
    close_ = {static_cast<ws::close_code>(close.code), View(CutReason(std::move(close.reason)))};
    closed_ = std::move(closed);
    CloseIfDue();
  }

 private:
  void AcceptHandshake(const WebSocketOptions& options) {
    const http::RequestHead& head = exchange_.request();
    auto request = std::make_shared<boost::beast::http::request<boost::beast::http::empty_body>>();
    request->method(boost::beast::http::verb::get);
    request->target(View(head.target));
    request->version(11);
    for (const auto& [name, value] : head.headers) request->insert(View(name), View(value));
    stream_.set_option(ws::stream_base::decorator(
        [headers = options.headers, subprotocol = options.subprotocol](ws::response_type& answer) {
          for (const auto& [name, value] : headers) answer.set(View(name), View(value));
          if (subprotocol.empty()) return;
          answer.set(boost::beast::http::field::sec_websocket_protocol, View(subprotocol));
        }));
    stream_.async_accept(*request, [weak = weak_factory_.Get(), request](const error_code& error) {
      if (BeastWebSocket* self = weak.get()) self->OnAccepted(error);
    });
  }

  void OnAccepted(const error_code& error) {
    if (error) return;  // the exchange tells its owner that the client has left
    accepted_ = true;
    if (read_done_) Read(std::exchange(read_done_, nullptr));
    if (writing_) return WriteNow();
    CloseIfDue();
  }

  void ReadSome() {
    stream_.async_read_some(input_, kReadStep,
                            [weak = weak_factory_.Get()](const error_code& error, std::size_t) {
                              if (BeastWebSocket* self = weak.get()) self->OnRead(error);
                            });
  }

  void OnRead(const error_code& error) {
    Heard();
    if (error) return DeliverRead(StatusOf(error, stream_.reason()));
    if (!HoldInput()) {
      return DeliverRead(absl::ResourceExhaustedError("there is no memory for a message"));
    }
    if (!stream_.is_message_done()) return ReadSome();
    SocketMessage message;
    message.is_text = stream_.got_text();
    message.payload.assign(static_cast<const char*>(input_.data().data()), input_.size());
    input_ = {};
    // Beast does not look at the end of a text whose last frame is empty.
    if (message.is_text && !EndsWithCharacter(message.payload)) return RefuseText();
    DeliverRead(std::move(message));
    // The message is its taker's now.
  }

  // The client is told why before its reader is.
  void RefuseText() {
    closing_ = true;
    auto told = [weak = weak_factory_.Get()](const error_code&) {
      BeastWebSocket* self = weak.get();
      if (self == nullptr || !self->read_done_) return;
      self->DeliverRead(absl::InvalidArgumentError("WebSocket: a text is not UTF-8"));
    };
    close_timer_.expires_after(kCloseTimeout);
    close_timer_.async_wait(told);
    stream_.async_close(ws::close_code::bad_payload, told);
  }

  bool HoldInput() {
    std::size_t counted = input_.capacity() > kUncounted ? input_.capacity() : 0;
    if (counted > held_ && !exchange_.Reserve(counted - held_)) return false;
    if (counted < held_) exchange_.Release(held_ - counted);
    held_ = counted;
    return true;
  }

  void DeliverRead(absl::StatusOr<SocketMessage> message) {
    WeakPtr<BeastWebSocket> weak = weak_factory_.Get();
    std::exchange(read_done_, nullptr)(std::move(message));
    if (weak) HoldInput();
  }

  void WriteNow() {
    stream_.text(written_.is_text);
    stream_.async_write(boost::asio::buffer(written_.payload),
                        [weak = weak_factory_.Get()](const error_code& error, std::size_t) {
                          if (BeastWebSocket* self = weak.get()) self->OnWritten(error);
                        });
  }

  void OnWritten(const error_code& error) {
    writing_ = false;
    written_.payload = {};
    if (error) return;  // the exchange tells its owner
    WeakPtr<BeastWebSocket> weak = weak_factory_.Get();
    if (auto done = std::exchange(write_done_, nullptr)) done();
    if (weak) CloseIfDue();
  }

  void CloseIfDue() {
    if (!closed_ || !accepted_ || writing_ || std::exchange(closing_, true)) return;
    close_timer_.expires_after(kCloseTimeout);
    close_timer_.async_wait([weak = weak_factory_.Get()](const error_code&) {
      if (BeastWebSocket* self = weak.get()) self->OnClosed();
    });
    stream_.async_close(close_, [weak = weak_factory_.Get()](const error_code&) {
      if (BeastWebSocket* self = weak.get()) self->OnClosed();
    });
  }

  void OnClosed() {
    if (auto closed = std::exchange(closed_, nullptr)) closed();
  }

  void Heard() { heard_ = true; }

  // Pings a client that is waited for and says nothing; one that does not answer has left.
  void WatchSilence() {
    if (std::exchange(watching_, true)) return;
    silence_.expires_after(ping_interval_);
    silence_.async_wait([weak = weak_factory_.Get()](const error_code& error) {
      BeastWebSocket* self = weak.get();
      if (!error && self != nullptr) self->OnSilence();
    });
  }

  void OnSilence() {
    watching_ = false;
    if (!read_done_) return;
    if (std::exchange(heard_, false)) {
      pinged_ = false;
    } else if (std::exchange(pinged_, true)) {
      return DeliverRead(absl::UnavailableError("the client does not answer a ping"));
    } else {
      stream_.async_ping({}, [](const error_code&) {});
    }
    WatchSilence();
  }

  http::Exchange& exchange_;
  ws::stream<ExchangeStream> stream_;
  boost::beast::flat_buffer input_;
  std::size_t held_ = 0;  // of the memory of clients, for the input
  boost::asio::steady_timer silence_;
  boost::asio::steady_timer close_timer_;
  const std::chrono::nanoseconds ping_interval_;
  bool accepted_ = false;
  bool writing_ = false;
  bool closing_ = false;
  bool watching_ = false;  // the timer runs
  bool heard_ = false;     // something since the timer began
  bool pinged_ = false;
  ReadCallback read_done_;
  SocketMessage written_;
  std::function<void()> write_done_;
  ws::close_reason close_;
  std::function<void()> closed_;
  WeakPtrFactory<BeastWebSocket> weak_factory_{this};
};

}  // namespace

std::unique_ptr<WebSocket> WebSocket::Accept(http::Exchange& exchange,
                                             boost::asio::io_context& context,
                                             const WebSocketOptions& options) {
  if (!exchange.Reserve(kWebSocketBytes)) return nullptr;
  return std::make_unique<BeastWebSocket>(exchange, context, options);
}

}  // namespace triad::gateway
