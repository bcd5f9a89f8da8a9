// One connection from accept to close.
//
//            ┌────────────── keep-alive ───────────────┐
//            ▼                                         │
//   accept ─▶ kHead ─▶ kExchange ─▶ (kDrainBody) ──────┤
//            │ refused     │ answered                  │
//            └─────────────┴──▶ kLinger ─▶ kClosed ◀───┘ left, timed out, aborted
//
// kDrainBody reads what the handler left of the request's body. kLinger has
// shut down its sending side and discards what still comes, so that the reset
// which a close with unread bytes causes does not destroy the answer.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/http/output_queue.h"
#include "runtime/http/parser/read_buffer.h"
#include "runtime/http/parser/request_parser.h"
#include "runtime/http/response_head.h"
#include "runtime/http/server.h"

namespace triad::http {

class ConnectionExchange;
class LoopServer;

using Socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
using SteadyClock = std::chrono::steady_clock;

// UNAVAILABLE: what an exchange is told when its client is no longer there.
absl::Status ClientGone();

// Belongs to its loop's thread. Shared by the loop server's set and by the
// socket operations that are under way.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<LoopServer> server, Socket socket, std::string remote_address);

  void Start();

  // Closes what has waited too long, and notices clients that left while
  // nothing is read. Called a few times a second.
  void CheckTimeouts(SteadyClock::time_point now);

  // Closes at once. An exchange under way is told `reason`.
  void Close(const absl::Status& reason);

  // Whether a request is being answered.
  bool busy() const { return state_ == State::kExchange; }

 private:
  friend class ConnectionExchange;
  enum class State { kHead, kExchange, kDrainBody, kLinger, kClosed };
  using Deadline = SteadyClock::time_point;
  static constexpr Deadline kNever = Deadline::max();
  // A body that the handler left unread is read up to here for the sake of the
  // connection; beyond, closing is cheaper.
  static constexpr std::size_t kMaxDrain = 256 * 1024;

  // Reading.
  void EnterHead();
  void ReadMore();
  std::size_t ReadSize() const;
  void OnRead(const boost::system::error_code& error, std::size_t count);
  void OnEnd(const boost::system::error_code& error);
  void ProcessRequests();
  void BeginExchange();
  void Refuse(const Refusal& refusal);
  // The next piece of the body, its end, or why there is none; nullopt if more
  // bytes are needed.
  std::optional<absl::StatusOr<std::string>> NextPiece();
  void DrainBody();

  // For the exchange.
  void ReadBody();
  void Respond(const ResponseHead& head, std::string body);
  void StartResponse(const ResponseHead& head, std::optional<std::uint64_t> length);
  void WriteBody(std::string piece);
  void FinishResponse();
  void Abort();

  // Writing.
  void LayOutHead(const ResponseHead& head, Framing framing, std::uint64_t length);
  void DecideKeepAlive(const ResponseHead& head, Framing framing);
  void Send(absl::string_view head, std::string body, absl::string_view tail);
  void Write();
  void OnWrite(const boost::system::error_code& error, std::size_t count);
  void OnAllSent();

  // Ending.
  void CompleteIfSent();
  void EndConnection();
  void Linger();
  void OnReadTimeout();
  bool PeerHasLeft();
  bool IdleWhileDraining(SteadyClock::time_point now) const;

  // Constant after construction.
  const std::shared_ptr<LoopServer> server_;
  const std::string remote_address_;

  Socket socket_;
  ReadBuffer buffer_;
  OutputQueue output_;
  RequestParser parser_;
  std::string head_text_;  // reused for every response head

  State state_ = State::kHead;
  bool reading_ = false;
  bool writing_ = false;
  bool processing_ = false;  // inside ProcessRequests
  bool broken_ = false;      // a write failed; Close is on its way
  Deadline read_deadline_ = kNever;
  Deadline write_deadline_ = kNever;
  Deadline idle_since_ = kNever;  // kHead without a byte

  // Of the request being answered.
  std::shared_ptr<ConnectionExchange> exchange_;
  int minor_version_ = 1;
  bool keep_alive_ = true;
  bool client_closes_ = false;   // the client itself asked for the close
  bool await_continue_ = false;  // the client waits for 100 (Continue)
  bool started_ = false;         // a head has been sent
  bool finished_ = false;        // the handler has given the whole answer
  bool no_body_ = false;         // HEAD, 204, 304
  absl::Status body_error_;      // why the rest of the body cannot be read
  Framing framing_ = Framing::kNone;
  std::uint64_t to_write_ = 0;  // bytes of the announced length still missing
  std::size_t drained_ = 0;     // bytes read in kDrainBody
};

}  // namespace triad::http
