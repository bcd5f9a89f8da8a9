// The writing half of Connection, and its timeouts.
#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/http/connection.h"
#include "runtime/http/loop_server.h"

namespace triad::http {
namespace {

using boost::system::error_code;

// How long a client may take to read the last answer and close.
constexpr SteadyClock::duration kLinger = std::chrono::seconds(2);
// A request may be on its way on a connection that was used a moment ago.
constexpr SteadyClock::duration kIdleGrace = std::chrono::milliseconds(500);

}  // namespace

bool Connection::MustClose(const ResponseHead& head, Framing framing) const {
  auto connection = head.headers.Find("connection");
  return server_.announce_close() || framing == Framing::kUntilClose || !request_.body_error.ok() ||
         // Whether the body will be sent is the client's to decide now.
         request_.awaits_continue || parser_.body_remaining() > kMaxDrain ||
         (connection && absl::EqualsIgnoreCase(*connection, "close"));
}

void Connection::LayOutHead(const ResponseHead& head, Framing framing, std::uint64_t length) {
  if (request_.ending == Ending::kKeepAlive && MustClose(head, framing)) {
    request_.ending = Ending::kByServer;
  }
  Persistence persistence = request_.ending != Ending::kKeepAlive ? Persistence::kClose
                            : request_.minor_version == 0         ? Persistence::kKeepAlive
                                                                  : Persistence::kDefault;
  head_text_.clear();
  AppendResponseHead(head, framing, length, persistence, server_.date(), head_text_);
}

void Connection::Respond(const ResponseHead& head, Body body) {
  if (state_ != State::kWaiting) return;
  state_ = State::kSending;
  bool bodiless = IsBodiless(head.status);
  LayOutHead(head, bodiless ? Framing::kNone : Framing::kLength, body.size());
  if (request_.is_head || bodiless) body = Body();
  Send(head_text_, std::move(body), {});
  CompleteIfSent();
}

void Connection::StartResponse(const ResponseHead& head, std::optional<std::uint64_t> length) {
  if (state_ != State::kWaiting) return;
  state_ = State::kStreaming;
  Framing framing = IsBodiless(head.status)       ? Framing::kNone
                    : length                      ? Framing::kLength
                    : request_.minor_version == 0 ? Framing::kUntilClose
                                                  : Framing::kChunked;
  LayOutHead(head, framing, length.value_or(0));
  request_.framing = request_.is_head ? Framing::kNone : framing;
  request_.unwritten = length.value_or(0);
  Send(head_text_, {}, {});
}

void Connection::StartTunnel() {
  if (state_ != State::kWaiting) return;
  state_ = State::kStreaming;
  request_.ending = Ending::kByServer;
  request_.framing = Framing::kUntilClose;
  request_.is_tunnel = true;
}

bool Connection::Exceeds(std::size_t bytes) const {
  return state_ == State::kStreaming && request_.framing == Framing::kLength &&
         bytes > request_.unwritten;
}

void Connection::WriteBody(Body piece, Exchange::WriteCallback done) {
  request_.callbacks.write_done = std::move(done);
  if (state_ == State::kStreaming && request_.framing != Framing::kNone && piece.size() > 0) {
    bool chunked = request_.framing == Framing::kChunked;
    if (request_.framing == Framing::kLength) request_.unwritten -= piece.size();
    std::string size = chunked ? absl::StrCat(absl::Hex(piece.size()), "\r\n") : "";
    Send(size, std::move(piece), chunked ? "\r\n" : "");
    if (!output_.empty() || state_ == State::kBroken) return;
  }
  Post([request = request_number_](Connection& self) {
    if (self.Answers(request)) self.DeliverWritten(absl::OkStatus());
  });
}

void Connection::DeliverWritten(const absl::Status& status) {
  if (auto done = std::exchange(request_.callbacks.write_done, nullptr)) done(status);
}

void Connection::FinishResponse() {
  if (state_ != State::kStreaming) return;
  if (request_.framing == Framing::kLength && request_.unwritten > 0) return FailResponse();
  state_ = State::kSending;
  if (request_.framing == Framing::kChunked) Send("0\r\n\r\n", {}, {});
  CompleteIfSent();
}

void Connection::FailResponse() {
  // The callbacks may own the exchange that calls this, so they go last.
  Callbacks dropped = std::exchange(request_.callbacks, {});
  CloseWithReset();
}

void Connection::CloseWithReset() {
  ResetOnClose();
  Close();
}

// An orderly end would make what is delimited by the close look whole.
void Connection::ResetOnClose() {
  error_code ignored;
  socket_.set_option(boost::asio::socket_base::linger(true, 0), ignored);
}

void Connection::Send(absl::string_view head, Body body, absl::string_view tail) {
  if (state_ == State::kBroken) return;
  bool idle = output_.empty();
  std::size_t written = 0;
  if (idle) {
    // The socket nearly always takes it at once, which saves a round through
    // the reactor.
    absl::string_view first = body.view().substr(0, OutputQueue::kMaxWrite);
    std::array<boost::asio::const_buffer, 3> pieces = {
        boost::asio::const_buffer(head.data(), head.size()),
        boost::asio::const_buffer(first.data(), first.size()),
        boost::asio::const_buffer(tail.data(), first.size() == body.size() ? tail.size() : 0)};
    error_code error;
    written = socket_.write_some(pieces, error);
    if (error && error != boost::asio::error::would_block) return FailSoon();
    CountWritten(written);
    if (written == head.size() + body.size() + tail.size()) return;
  }
  std::size_t of_head = std::min(written, head.size());
  std::size_t of_body = std::min(written - of_head, body.size());
  output_.Add(std::string(head), of_head);
  output_.Add(std::move(body), of_body);
  output_.Add(std::string(tail), written - of_head - of_body);
  if (!HoldOutput()) {
    ResetOnClose();
    return FailSoon();
  }
  if (idle) Write();
}

void Connection::FailSoon() {
  state_ = State::kBroken;
  Post([](Connection& self) { self.Fail(ClientGone()); });
}

void Connection::Write() {
  write_pace_.Resume();
  socket_.async_write_some(output_.Front(), [weak = weak_factory_.Get(), held = buffers_](
                                                const error_code& error, std::size_t count) {
    if (Connection* self = weak.get()) self->OnWrite(error, count);
  });
}

void Connection::OnWrite(const error_code& error, std::size_t count) {
  if (state_ == State::kClosed) return;
  if (error) return Fail(ClientGone());
  output_.Advance(count);
  CountWritten(count);
  HoldOutput();
  if (!output_.empty()) return Write();
  write_pace_.Pause();
  OnAllSent();
}

void Connection::CountWritten(std::size_t bytes) {
  write_pace_.Count(bytes);
  if (request_.is_stream) read_pace_.Count(bytes);
  share_.Moved(bytes);
}

void Connection::OnAllSent() {
  if (state_ == State::kLinger) return Linger();
  if (!busy()) return;
  std::uint64_t request = request_number_;
  DeliverWritten(absl::OkStatus());
  // The callback may have finished the answer, or begun the next piece of it.
  if (Answers(request)) CompleteIfSent();
}

void Connection::CompleteIfSent() {
  if (state_ != State::kSending || !output_.empty()) return;
  read_pace_.Pause();
  ReleaseRequest();
  // The callbacks may own the exchange that calls this, so they go last.
  Callbacks dropped = std::exchange(request_.callbacks, {});
  if (request_.ending != Ending::kKeepAlive) return Drain();
  state_ = State::kDrainBody;
  drained_ = 0;
  read_deadline_ = After(server_.options().stall_timeout);
  DrainBody();
}

void Connection::Linger() {
  error_code ignored;
  socket_.shutdown(boost::asio::socket_base::shutdown_send, ignored);
  input_.Consume(input_.size());
  read_deadline_ = SteadyClock::now() + kLinger;
  ReadMore();
}

void Connection::CheckTimeouts(SteadyClock::time_point now) {
  if (state_ == State::kBroken || state_ == State::kClosed) return;
  if (now >= write_pace_.deadline()) {
    ResetOnClose();
    return Fail(absl::DeadlineExceededError("the client does not read the answer"));
  }
  if (now >= std::min(read_deadline_, read_pace_.deadline())) return OnReadTimeout();
  bool unanswered = state_ == State::kWaiting || state_ == State::kStreaming;
  if (unanswered && !reading_ && PeerHasLeft()) return Fail(ClientGone());
  if (server_.draining()) CloseIfIdle(now);
  // The last one: it may end the request.
  if (auto room = std::exchange(request_.callbacks.room, nullptr)) room();
}

bool Connection::CloseIfIdle(SteadyClock::time_point now) {
  bool idle = Idle(now);
  if (idle) Close();
  return idle;
}

void Connection::OnReadTimeout() {
  read_deadline_ = kNever;
  read_pace_.Pause();
  if (state_ == State::kHead && !input_.empty()) {
    return Refuse({408, "the head of the request did not arrive in time"});
  }
  if (!busy()) return Close();
  request_.body_error = absl::DeadlineExceededError("the body of the request does not arrive");
  DeliverBody(request_.body_error);
}

// Bytes that nobody asked for hide the end behind them from a read, but not
// from poll.
bool Connection::PeerHasLeft() {
  pollfd peer{socket_.native_handle(), POLLRDHUP, 0};
  return poll(&peer, 1, 0) > 0 && (peer.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

bool Connection::Idle(SteadyClock::time_point now) const {
  if (state_ != State::kHead || idle_since_ == kNever || now - idle_since_ < kIdleGrace) {
    return false;
  }
  error_code error;
  return socket_.available(error) == 0;
}

}  // namespace triad::http
