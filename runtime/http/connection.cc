#include "runtime/http/connection.h"

#include <algorithm>
#include <boost/smart_ptr/make_local_shared.hpp>
#include <memory>
#include <utility>

#include "runtime/http/connection_exchange.h"
#include "runtime/http/loop_server.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::http {
namespace {

using boost::system::error_code;

constexpr std::size_t kHeadRead = 4 * 1024;
// Bytes of later requests that are read while one is answered. Reading them is
// how a client that leaves is noticed at once.
constexpr std::size_t kMaxPipelined = ReadBuffer::kKept;

}  // namespace

absl::Status ClientGone() { return absl::UnavailableError("the client has gone away"); }

Connection::Connection(LoopServer& server, Socket socket, const boost::asio::ip::address& peer,
                       PeerCount::Slot slot)
    : server_(server),
      peer_(Unmapped(peer)),
      remote_address_(peer_.to_string()),
      from_proxy_(server.options().trusted_proxies.Contains(peer_)),
      peer_key_(server.KeyOf(peer_)),
      slot_(std::move(slot)),
      self_(std::make_shared<Connection*>(this)),
      share_(server.options().memory, peer_key_, EndSoon()),
      socket_(std::move(socket)),
      buffers_(boost::make_local_shared<Buffers>()),
      input_(buffers_->input),
      output_(buffers_->output),
      parser_(server.options().max_head_bytes, server.options().max_head_fields),
      read_pace_(server.body_pace()),
      write_pace_(server.body_pace()) {}

Connection::~Connection() { *self_ = nullptr; }

Connection::Deadline Connection::After(absl::Duration duration) {
  return SteadyClock::now() + absl::ToChronoNanoseconds(duration);
}

void Connection::Start() {
  EnterHead();
  ReadMore();
}

void Connection::EnterHead() {
  state_ = State::kHead;
  idle_since_ = SteadyClock::now();
  server_.BecameIdle(*this);
  read_deadline_ = idle_since_ + absl::ToChronoNanoseconds(server_.options().idle_timeout);
}

void Connection::LeaveIdle() {
  idle_since_ = kNever;
  idle_hook.unlink();
}

std::size_t Connection::ReadSize() const {
  switch (state_) {
    case State::kHead:
      return kHeadRead;
    case State::kWaiting:
    case State::kStreaming:
      if (request_.callbacks.read_done) return BodyReadSize();
      if (!parser_.body_complete()) return 0;
      return kMaxPipelined - std::min(kMaxPipelined, input_.size());
    case State::kDrainBody:
    case State::kLinger:
      return kMaxPipelined;
    case State::kSending:
    case State::kBroken:
    case State::kClosed:
      return 0;
  }
  return 0;
}

// No more than there is of the body: it takes memory before it comes.
std::size_t Connection::BodyReadSize() const {
  std::size_t size = request_.piece - std::min(request_.piece, input_.size());
  std::uint64_t left = parser_.body_remaining();
  return left == 0 ? size : static_cast<std::size_t>(std::min<std::uint64_t>(size, left));
}

// Who sends fast is read in larger pieces, which cost less. `count` bytes have come.
void Connection::FitPiece(std::size_t count) {
  std::size_t& piece = request_.piece;
  if (input_.size() >= piece) {
    piece = std::min(2 * piece, request_.max_piece);
  } else if (count < piece / 4) {
    piece = std::max(piece / 2, kPiece);
  }
}

void Connection::ReadMore() {
  std::size_t size = ReadSize();
  if (reading_ || size == 0) return;
  if (!HoldInput(size)) {
    if (state_ == State::kHead) Refuse(NoRoom());
    return;
  }
  reading_ = true;
  socket_.async_read_some(
      boost::asio::buffer(input_.Prepare(size), size),
      [weak = weak_factory_.Get(), held = buffers_](const error_code& error, std::size_t count) {
        if (Connection* self = weak.get()) self->OnRead(error, count);
      });
}

void Connection::OnRead(const error_code& error, std::size_t count) {
  reading_ = false;
  if (state_ == State::kClosed) return;
  if (error) return OnReadError(error);
  input_.Commit(count);
  FitPiece(count);
  read_pace_.Count(count);
  if (request_.is_stream) write_pace_.Count(count);
  share_.Moved(count);
  switch (state_) {
    case State::kHead:
      return ProcessHead();
    case State::kWaiting:
    case State::kStreaming:
    case State::kSending:
      OnBodyBytes();
      return ReadMore();
    case State::kDrainBody:
      return DrainBody();
    case State::kLinger:
      input_.Consume(input_.size());
      return ReadMore();
    case State::kBroken:
    case State::kClosed:
      return;
  }
}

// A client may shut down its sending side once the answer is on its way.
void Connection::OnReadError(const error_code& error) {
  if (state_ == State::kSending && error == boost::asio::error::eof) {
    request_.ending = Ending::kByClient;
    return;
  }
  Fail(ClientGone());
}

void Connection::OnBodyBytes() {
  if (!request_.callbacks.read_done || request_.piece_is_due) return;
  if (auto piece = NextPiece()) {
    read_pace_.Pause();
    DeliverBody(*std::move(piece));
  }
}

void Connection::ProcessHead() {
  if (state_ == State::kHead && !input_.empty()) {
    auto [result, consumed] = parser_.ParseHead(input_.view());
    input_.Consume(consumed);
    if (result == RequestParser::Result::kRefused) {
      Refuse(parser_.refusal());
    } else if (result == RequestParser::Result::kComplete) {
      BeginRequest(consumed);
    } else if (!input_.empty() && idle_since_ != kNever) {
      LeaveIdle();
      read_deadline_ = After(server_.options().head_timeout);
    }
  }
  ReadMore();
}

void Connection::BeginRequest(std::size_t head_bytes) {
  if (head_bytes > ReadBuffer::kKept && !Hold(held_.head, head_bytes)) return Refuse(NoRoom());
  state_ = State::kWaiting;
  request_ = {};
  LeaveIdle();
  read_deadline_ = kNever;
  read_pace_ = write_pace_ = server_.body_pace();
  RequestHead head = parser_.TakeHead();
  SayWhoAsks(head);
  request_.ending = parser_.keep_alive() ? Ending::kKeepAlive : Ending::kByClient;
  request_.minor_version = head.minor_version;
  request_.is_head = head.method == "HEAD";
  request_.awaits_continue = parser_.expects_continue();
  bool urgent = !head.chunked && head.content_length.value_or(0) <= kMaxUrgentBody;
  share_.SetPeer(head.peer_key);
  share_.SetKind(urgent ? MemoryShare::Kind::kUrgent : MemoryShare::Kind::kOrdinary);
  server_.handler().Handle(std::make_unique<ConnectionExchange>(
      weak_factory_.Get(), ++request_number_, server_.context(), std::move(head)));
}

void Connection::SayWhoAsks(RequestHead& head) const {
  head.remote_address = head.client_address = remote_address_;
  head.from_proxy = from_proxy_;
  head.peer_key = peer_key_;
  if (!from_proxy_) return;
  auto client = server_.options().trusted_proxies.ClientOf(peer_, head.headers);
  head.client_address = client.to_string();
  head.peer_key = server_.KeyOf(client);
}

void Connection::Refuse(const Refusal& refusal) {
  LeaveIdle();
  server_.CountRefusal();
  log::Debug(
      "request refused",
      {{"status", refusal.status}, {"reason", refusal.message}, {"remote", remote_address_}});
  ResponseHead head;
  head.status = refusal.status;
  head.headers.Add("Content-Type", "application/json");
  if (refusal.status == 503) head.headers.Add("Retry-After", "1");
  std::string body = ErrorBody(refusal.status, refusal.message);
  bool bodiless = busy() && request_.is_head;
  request_.ending = Ending::kByServer;
  state_ = State::kLinger;
  LayOutHead(head, Framing::kLength, body.size());
  if (bodiless) body.clear();
  Send(head_text_, std::move(body), {});
  if (state_ == State::kLinger && output_.empty()) Linger();
}

std::optional<absl::StatusOr<std::string>> Connection::NextPiece() {
  if (!request_.body_error.ok()) return request_.body_error;
  std::string piece;
  if (request_.is_tunnel) {
    piece = std::string(input_.view().substr(0, request_.piece));
    input_.Consume(piece.size());
    return piece.empty() ? std::nullopt : std::optional<absl::StatusOr<std::string>>(piece);
  }
  std::size_t size = input_.size();
  bool is_whole = !reading_ && size > 0 && size <= request_.piece && parser_.PassBody(size);
  if (is_whole) return input_.TakeAll();
  auto count = parser_.DecodeBody(input_.view().substr(0, request_.piece), piece);
  if (!count.ok()) {
    request_.body_error = count.status();
    return request_.body_error;
  }
  input_.Consume(*count);
  if (piece.empty() && !parser_.body_complete()) return std::nullopt;
  return piece;
}

void Connection::DrainBody() {
  while (!parser_.body_complete()) {
    std::size_t before = input_.size();
    auto piece = NextPiece();
    drained_ += before - input_.size();
    if ((piece && !piece->ok()) || drained_ > kMaxDrain) return Drain();
    if (!piece) return ReadMore();
  }
  parser_.Reset();
  EnterHead();
  if (input_.empty()) return ReadMore();
  // Not from here: this may be inside a call of the handler.
  Post([](Connection& self) { self.ProcessHead(); });
}

void Connection::ReadBody(Exchange::BodyCallback done) {
  request_.callbacks.read_done = std::move(done);
  bool silent = input_.empty();
  if (auto piece = NextPiece()) {
    request_.piece_is_due = true;
    return Post([request = request_number_, piece = *std::move(piece)](Connection& self) mutable {
      if (!self.Answers(request)) return;
      self.request_.piece_is_due = false;
      self.DeliverBody(std::move(piece));
    });
  }
  if (std::exchange(request_.awaits_continue, false) && silent && state_ == State::kWaiting) {
    Send("HTTP/1.1 100 Continue\r\n\r\n", {}, {});
  }
  read_pace_.Resume();
  ReadMore();
}

void Connection::AllowPieces(std::size_t bytes) { request_.max_piece = std::max(bytes, kPiece); }

void Connection::LimitIdle(absl::Duration limit) {
  request_.is_stream = true;
  read_pace_ = write_pace_ = Pace(absl::ToChronoNanoseconds(limit), 1);
}

void Connection::DeliverBody(absl::StatusOr<std::string> piece) {
  if (auto done = std::exchange(request_.callbacks.read_done, nullptr)) done(std::move(piece));
}

void Connection::Drain() {
  bool nothing_left = parser_.body_complete() && input_.empty();
  if (request_.ending == Ending::kByClient && nothing_left) return Close();
  state_ = State::kLinger;
  Linger();
}

void Connection::Fail(const absl::Status& reason) {
  if (state_ == State::kClosed) return;
  Close();
  DeliverEnd(reason);
}

void Connection::DeliverEnd(const absl::Status& reason) {
  // Each of them may end the exchange, and with it those that come after.
  DeliverBody(reason);
  DeliverWritten(reason);
  if (auto left = std::exchange(request_.callbacks.left, nullptr)) left();
}

void Connection::Cancel(std::uint64_t request) {
  if (request == request_number_) Callbacks dropped = std::exchange(request_.callbacks, {});
}

void Connection::Close() {
  state_ = State::kClosed;
  LeaveIdle();
  error_code ignored;
  socket_.close(ignored);
  server_.Remove(*this);
}

}  // namespace triad::http
