// The writing half of Connection, and its timeouts.
#include <poll.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/http/connection.h"
#include "runtime/http/connection_exchange.h"
#include "runtime/http/loop_server.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::http {
namespace {

using boost::system::error_code;

// How long a client may take to read the last answer and close.
constexpr SteadyClock::duration kLinger = std::chrono::seconds(2);
// A request may be on its way on a connection that was used a moment ago.
constexpr SteadyClock::duration kDrainGrace = std::chrono::milliseconds(500);

SteadyClock::duration Chrono(absl::Duration duration) {
  return absl::ToChronoNanoseconds(duration);
}

bool HasNoBody(int status) { return status == 204 || status == 304; }

}  // namespace

void Connection::DecideKeepAlive(const ResponseHead& head, Framing framing) {
  const auto connection = head.headers.Find("connection");
  const bool must_close = server_->announce_close() || framing == Framing::kUntilClose ||
                          !body_error_.ok() ||
                          // Whether the body will be sent is the client's to decide now.
                          await_continue_ || parser_.body_remaining() > kMaxDrain ||
                          (connection && absl::EqualsIgnoreCase(*connection, "close"));
  if (must_close) keep_alive_ = false;
}

void Connection::LayOutHead(const ResponseHead& head, Framing framing, std::uint64_t length) {
  DecideKeepAlive(head, framing);
  const Persistence persistence = !keep_alive_          ? Persistence::kClose
                                  : minor_version_ == 0 ? Persistence::kKeepAlive
                                                        : Persistence::kDefault;
  head_text_.clear();
  AppendResponseHead(head, framing, length, persistence, server_->date(), head_text_);
}

void Connection::Respond(const ResponseHead& head, std::string body) {
  if (started_) return;
  started_ = finished_ = true;
  const bool bodiless = HasNoBody(head.status);
  LayOutHead(head, bodiless ? Framing::kNone : Framing::kLength, body.size());
  if (no_body_ || bodiless) body.clear();
  Send(head_text_, std::move(body), {});
  CompleteIfSent();
}

void Connection::StartResponse(const ResponseHead& head, std::optional<std::uint64_t> length) {
  if (started_) return;
  started_ = true;
  if (HasNoBody(head.status)) {
    no_body_ = true;
    framing_ = Framing::kNone;
  } else if (length) {
    framing_ = Framing::kLength;
    to_write_ = *length;
  } else {
    framing_ = minor_version_ == 0 ? Framing::kUntilClose : Framing::kChunked;
  }
  LayOutHead(head, framing_, length.value_or(0));
  Send(head_text_, {}, {});
}

void Connection::WriteBody(std::string piece) {
  if (!started_ || finished_ || no_body_ || piece.empty()) return exchange_->DeliverWrittenLater();
  if (framing_ == Framing::kLength) {
    if (piece.size() > to_write_) {
      log::Error("a response body exceeds its announced length",
                 {{"target", exchange_->request().path()}});
      return Abort();
    }
    to_write_ -= piece.size();
  }
  if (framing_ == Framing::kChunked) {
    const std::string size = absl::StrCat(absl::Hex(piece.size()), "\r\n");
    Send(size, std::move(piece), "\r\n");
  } else {
    Send({}, std::move(piece), {});
  }
  if (output_.empty() && !broken_) exchange_->DeliverWrittenLater();
}

void Connection::FinishResponse() {
  if (!started_ || finished_) return;
  if (framing_ == Framing::kLength && to_write_ > 0 && !no_body_) return Abort();
  finished_ = true;
  if (framing_ == Framing::kChunked && !no_body_) Send("0\r\n\r\n", {}, {});
  CompleteIfSent();
}

void Connection::Abort() {
  // A reset, not an orderly end: one that is delimited by the close would look
  // whole.
  error_code ignored;
  socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  std::exchange(exchange_, nullptr)->Detach();
  Close(absl::OkStatus());
}

void Connection::Send(absl::string_view head, std::string body, absl::string_view tail) {
  if (broken_) return;
  std::size_t written = 0;
  if (output_.empty()) {
    // The socket nearly always takes it at once, which saves a round through
    // the reactor.
    const std::array<boost::asio::const_buffer, 3> pieces = {
        boost::asio::const_buffer(head.data(), head.size()), boost::asio::buffer(body),
        boost::asio::const_buffer(tail.data(), tail.size())};
    error_code error;
    written = socket_.write_some(pieces, error);
    if (error && error != boost::asio::error::would_block) {
      broken_ = true;
      boost::asio::post(server_->context(),
                        [self = shared_from_this()] { self->Close(ClientGone()); });
      return;
    }
    if (written == head.size() + body.size() + tail.size()) return;
  }
  const std::size_t of_head = std::min(written, head.size());
  const std::size_t of_body = std::min(written - of_head, body.size());
  output_.Add(std::string(head), of_head);
  output_.Add(std::move(body), of_body);
  output_.Add(std::string(tail), written - of_head - of_body);
  Write();
}

void Connection::Write() {
  if (writing_) return;
  writing_ = true;
  write_deadline_ = SteadyClock::now() + Chrono(server_->options().stall_timeout);
  socket_.async_write_some(output_.Front(),
                           [self = shared_from_this()](const error_code& error, std::size_t count) {
                             self->OnWrite(error, count);
                           });
}

void Connection::OnWrite(const error_code& error, std::size_t count) {
  writing_ = false;
  if (state_ == State::kClosed) return;
  if (error) return Close(ClientGone());
  output_.Advance(count);
  if (!output_.empty()) return Write();
  write_deadline_ = kNever;
  OnAllSent();
}

void Connection::OnAllSent() {
  if (state_ == State::kLinger) return Linger();
  if (state_ != State::kExchange) return;
  const auto exchange = exchange_;
  exchange->DeliverWritten(absl::OkStatus());
  // The callback may have finished the answer, or begun the next piece of it.
  if (exchange == exchange_) CompleteIfSent();
}

void Connection::CompleteIfSent() {
  if (!finished_ || !output_.empty() || broken_) return;
  std::exchange(exchange_, nullptr)->Detach();
  if (!keep_alive_) return EndConnection();
  state_ = State::kDrainBody;
  drained_ = 0;
  read_deadline_ = SteadyClock::now() + Chrono(server_->options().stall_timeout);
  DrainBody();
}

void Connection::Linger() {
  error_code ignored;
  socket_.shutdown(boost::asio::socket_base::shutdown_send, ignored);
  buffer_.Consume(buffer_.size());
  read_deadline_ = SteadyClock::now() + kLinger;
  ReadMore();
}

void Connection::CheckTimeouts(SteadyClock::time_point now) {
  if (state_ == State::kClosed) return;
  if (now >= write_deadline_) {
    return Close(absl::UnavailableError("the client is too slow to read the answer"));
  }
  if (now >= read_deadline_) return OnReadTimeout();
  if (state_ == State::kExchange && !reading_ && !finished_ && PeerHasLeft()) {
    return Close(ClientGone());
  }
  if (server_->draining() && IdleWhileDraining(now)) Close(absl::OkStatus());
}

void Connection::OnReadTimeout() {
  read_deadline_ = kNever;
  if (state_ == State::kHead && !buffer_.empty()) {
    return Refuse({408, "the head of the request did not arrive in time"});
  }
  if (state_ != State::kExchange) return Close(absl::OkStatus());
  body_error_ = absl::DeadlineExceededError("the body of the request does not arrive");
  exchange_->DeliverBody(body_error_);
}

// Bytes that nobody asked for hide the end behind them from a read, but not
// from poll.
bool Connection::PeerHasLeft() {
  pollfd peer{socket_.native_handle(), POLLRDHUP, 0};
  return poll(&peer, 1, 0) > 0 && (peer.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

bool Connection::IdleWhileDraining(SteadyClock::time_point now) const {
  if (state_ != State::kHead || idle_since_ == kNever || now - idle_since_ < kDrainGrace) {
    return false;
  }
  error_code error;
  return socket_.available(error) == 0;
}

}  // namespace triad::http
