#include "runtime/http/connection.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "absl/strings/match.h"
#include "runtime/http/connection_exchange.h"
#include "runtime/http/loop_server.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::http {
namespace {

using boost::system::error_code;

constexpr std::size_t kHeadRead = 4 * 1024;
constexpr std::size_t kPiece = 64 * 1024;
// Bytes of later requests that are read while one is answered. Reading them is
// how a client that leaves is noticed at once.
constexpr std::size_t kMaxPipelined = 16 * 1024;

SteadyClock::duration Chrono(absl::Duration duration) {
  return absl::ToChronoNanoseconds(duration);
}

}  // namespace

absl::Status ClientGone() { return absl::UnavailableError("the client has gone away"); }

Connection::Connection(std::shared_ptr<LoopServer> server, Socket socket,
                       std::string remote_address)
    : server_(std::move(server)),
      remote_address_(std::move(remote_address)),
      socket_(std::move(socket)),
      parser_(server_->options().max_head_bytes) {}

void Connection::Start() {
  EnterHead();
  ReadMore();
}

void Connection::EnterHead() {
  state_ = State::kHead;
  idle_since_ = SteadyClock::now();
  read_deadline_ = idle_since_ + Chrono(server_->options().idle_timeout);
}

std::size_t Connection::ReadSize() const {
  switch (state_) {
    case State::kHead:
      return kHeadRead;
    case State::kExchange:
      if (finished_) return 0;
      if (exchange_->wants_body()) return kPiece - std::min(kPiece, buffer_.size());
      if (!parser_.body_complete()) return 0;
      return kMaxPipelined - std::min(kMaxPipelined, buffer_.size());
    case State::kDrainBody:
    case State::kLinger:
      return kMaxPipelined;
    case State::kClosed:
      return 0;
  }
  return 0;
}

void Connection::ReadMore() {
  const std::size_t size = ReadSize();
  if (reading_ || broken_ || size == 0) return;
  reading_ = true;
  socket_.async_read_some(boost::asio::buffer(buffer_.Prepare(size), size),
                          [self = shared_from_this()](const error_code& error, std::size_t count) {
                            self->OnRead(error, count);
                          });
}

void Connection::OnRead(const error_code& error, std::size_t count) {
  reading_ = false;
  if (state_ == State::kClosed) return;
  if (error) return OnEnd(error);
  buffer_.Commit(count);
  switch (state_) {
    case State::kHead:
      return ProcessRequests();
    case State::kExchange:
      if (const auto exchange = exchange_; exchange->wants_body()) {
        read_deadline_ = SteadyClock::now() + Chrono(server_->options().stall_timeout);
        if (auto piece = NextPiece()) {
          read_deadline_ = kNever;
          exchange->DeliverBody(*std::move(piece));
        }
      }
      return ReadMore();
    case State::kDrainBody:
      return DrainBody();
    case State::kLinger:
      buffer_.Consume(buffer_.size());
      return ReadMore();
    case State::kClosed:
      return;
  }
}

// A client may shut down its sending side once the answer is on its way.
void Connection::OnEnd(const error_code& error) {
  if (state_ == State::kExchange && finished_ && error == boost::asio::error::eof) {
    keep_alive_ = false;
    client_closes_ = true;
    return;
  }
  Close(ClientGone());
}

void Connection::ProcessRequests() {
  if (processing_) return;
  processing_ = true;
  while (state_ == State::kHead && !broken_ && !buffer_.empty()) {
    std::size_t consumed = 0;
    const RequestParser::Result result = parser_.ParseHead(buffer_.view(), consumed);
    buffer_.Consume(consumed);
    if (result == RequestParser::Result::kIncomplete) break;
    if (result == RequestParser::Result::kRefused) {
      Refuse(parser_.refusal());
    } else {
      BeginExchange();
    }
  }
  processing_ = false;
  if (state_ == State::kHead && !buffer_.empty() && idle_since_ != kNever) {
    idle_since_ = kNever;
    read_deadline_ = SteadyClock::now() + Chrono(server_->options().head_timeout);
  }
  ReadMore();
}

void Connection::BeginExchange() {
  state_ = State::kExchange;
  idle_since_ = read_deadline_ = kNever;
  keep_alive_ = parser_.keep_alive();
  client_closes_ = !keep_alive_;
  await_continue_ = parser_.expects_continue();
  started_ = finished_ = false;
  body_error_ = absl::OkStatus();
  RequestHead head = parser_.TakeHead();
  head.remote_address = remote_address_;
  minor_version_ = head.minor_version;
  no_body_ = head.method == "HEAD";
  exchange_ = std::make_shared<ConnectionExchange>(*this, server_->context(), std::move(head));
  server_->handler().Handle(exchange_);
}

void Connection::Refuse(const Refusal& refusal) {
  server_->CountRefusal();
  log::Debug(
      "request refused",
      {{"status", refusal.status}, {"reason", refusal.message}, {"remote", remote_address_}});
  ResponseHead head;
  head.status = refusal.status;
  head.headers.Add("Content-Type", "application/json");
  std::string body = ErrorBody(refusal.status, refusal.message);
  keep_alive_ = client_closes_ = false;
  LayOutHead(head, Framing::kLength, body.size());
  Send(head_text_, std::move(body), {});
  state_ = State::kLinger;
  if (output_.empty()) Linger();
}

std::optional<absl::StatusOr<std::string>> Connection::NextPiece() {
  if (!body_error_.ok()) return body_error_;
  std::string piece;
  const auto count = parser_.DecodeBody(buffer_.view().substr(0, kPiece), piece);
  if (!count.ok()) {
    body_error_ = count.status();
    return body_error_;
  }
  buffer_.Consume(*count);
  if (piece.empty() && !parser_.body_complete()) return std::nullopt;
  return piece;
}

void Connection::DrainBody() {
  while (!parser_.body_complete()) {
    const std::size_t before = buffer_.size();
    const auto piece = NextPiece();
    drained_ += before - buffer_.size();
    if ((piece && !piece->ok()) || drained_ > kMaxDrain) return EndConnection();
    if (!piece) return ReadMore();
  }
  parser_.Reset();
  EnterHead();
  if (processing_) return;
  if (buffer_.empty()) return ReadMore();
  // Not from here: this may be inside a call of the handler.
  boost::asio::post(server_->context(), [self = shared_from_this()] { self->ProcessRequests(); });
}

void Connection::ReadBody() {
  const bool silent = buffer_.empty();
  if (auto piece = NextPiece()) return exchange_->DeliverBodyLater(*std::move(piece));
  if (std::exchange(await_continue_, false) && silent && !started_) {
    Send("HTTP/1.1 100 Continue\r\n\r\n", {}, {});
  }
  read_deadline_ = SteadyClock::now() + Chrono(server_->options().stall_timeout);
  ReadMore();
}

void Connection::EndConnection() {
  if (client_closes_ && parser_.body_complete() && buffer_.empty()) return Close(ClientGone());
  state_ = State::kLinger;
  Linger();
}

void Connection::Close(const absl::Status& reason) {
  if (state_ == State::kClosed) return;
  const auto self = shared_from_this();
  state_ = State::kClosed;
  error_code ignored;
  socket_.close(ignored);
  server_->Remove(*this);
  if (const auto exchange = std::exchange(exchange_, nullptr)) exchange->Break(reason);
}

}  // namespace triad::http
