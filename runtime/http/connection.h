// One connection from accept to close, one request after the other.
//
//          BeginRequest        StartResponse          FinishResponse
//   kHead ─────────────▶ kWaiting ─────────▶ kStreaming ─────────▶ kSending
//    ▲ │                    └──────────────── Respond ────────────────▲ │
//    │ │ refused                                          the last one  │ all is sent
//    │ └────────────────────────▶ kLinger ◀─────────────────────────────┤
//    └──────────────────────────── kDrainBody ◀─────────────────────────┘
//
//   from every state: a failed write ─▶ kBroken ─▶ kClosed ◀─ left, timed out, failed
//
// kDrainBody reads what the handler left of the request's body. kLinger has
// shut down its sending side and discards what still comes, so that the reset
// which a close with unread bytes causes does not destroy the answer. kBroken
// waits for its turn on the loop to become kClosed: the write that failed was
// made from inside a call of the handler, which is told afterwards.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/intrusive/list.hpp>
#include <boost/smart_ptr/local_shared_ptr.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/memory_budget.h"
#include "runtime/http/client_address.h"
#include "runtime/http/exchange.h"
#include "runtime/http/output_queue.h"
#include "runtime/http/pace.h"
#include "runtime/http/parser/read_buffer.h"
#include "runtime/http/parser/request_parser.h"
#include "runtime/http/response_head.h"
#include "runtime/http/server.h"
#include "runtime/io/peers.h"
#include "runtime/io/weak_ptr.h"

namespace triad::http {

class LoopServer;

using Socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
using SteadyClock = std::chrono::steady_clock;

// UNAVAILABLE: what an exchange is told when its client is no longer there.
absl::Status ClientGone();

// Belongs to its loop's thread. Owned by the loop server, which destroys it from
// the loop some time after it has closed, never from inside one of its methods.
class Connection final {
 public:
  // `slot` is of the peer's connections.
  Connection(LoopServer& server, Socket socket, const boost::asio::ip::address& peer,
             PeerCount::Slot slot);
  ~Connection();

  void Start();

  // Closes what has waited too long, and notices clients that left while
  // nothing is read. Called a few times a second.
  void CheckTimeouts(SteadyClock::time_point now);

  // Closes if it has been idle for a moment, so that no request is on its way. Whether
  // it did.
  bool CloseIfIdle(SteadyClock::time_point now);

  // Closes at once. Who waits for something of a request is told `reason`.
  void Fail(const absl::Status& reason);

  // Whether a request is being answered.
  bool busy() const { return state_ >= State::kWaiting && state_ <= State::kSending; }

  // In the server's list of idle connections.
  boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>
      idle_hook;

 private:
  friend class ConnectionExchange;
  enum class State {
    kHead,       // waits for a request's head, or reads it
    kWaiting,    // the handler has the request and has not begun the answer
    kStreaming,  // the head is sent, the handler writes the body
    kSending,    // the handler has given the whole answer
    kDrainBody,
    kLinger,
    kBroken,
    kClosed
  };
  // What becomes of the connection after the answer.
  enum class Ending {
    kKeepAlive,
    kByClient,  // the client asked for the end, and closes by itself
    kByServer
  };
  // Each is called once, whatever happens first, or dropped with the answer.
  struct Callbacks {
    Exchange::BodyCallback read_done;
    Exchange::WriteCallback write_done;
    std::function<void()> left;
    std::function<void()> room;
  };
  // What this takes of the memory of all clients: bytes beside a small buffer for each
  // connection.
  struct Held {
    std::size_t input = 0;
    std::size_t head = 0;     // of the request that is answered
    std::size_t handler = 0;  // by the handler of it
    std::size_t output = 0;
  };
  // A piece of a body, unless more is allowed.
  static constexpr std::size_t kPiece = 64 * 1024;
  // What is known of the request that is being answered.
  struct Request {
    Ending ending = Ending::kKeepAlive;
    int minor_version = 1;
    bool is_head = false;
    bool is_stream = false;        // see Exchange::LimitIdle
    bool is_tunnel = false;        // see Exchange::StartTunnel
    bool awaits_continue = false;  // the client sends the body after a 100
    bool piece_is_due = false;     // one is on its way to the handler, before what comes next
    std::size_t piece = kPiece;    // of the body, at most
    std::size_t max_piece = kPiece;
    absl::Status body_error;        // why the rest of the body cannot be read
    std::optional<int> ended_with;  // by this, instead of its handler
    // Of the body that is being written; kNone if it is not to be sent.
    Framing framing = Framing::kNone;
    std::uint64_t unwritten = 0;  // bytes of the announced length
    Callbacks callbacks;
  };
  // A pending read or write holds these, not only its connection does: Asio wants
  // the memory valid until the handler has run, and that may be after the
  // connection is gone. The count is of one thread, so it needs no atomics.
  struct Buffers {
    ReadBuffer input;
    OutputQueue output;
  };
  using Deadline = SteadyClock::time_point;
  static constexpr Deadline kNever = Deadline::max();
  // The largest body for which a request is as urgent as one without.
  static constexpr std::size_t kMaxUrgentBody = 64 * 1024;
  // A body that the handler left unread is read up to here for the sake of the
  // connection; beyond, closing is cheaper.
  static constexpr std::size_t kMaxDrain = 256 * 1024;

  static Deadline After(absl::Duration duration);
  // Runs `work` on this from the loop, if it is still there then.
  template <typename Work>
  void Post(Work work) {
    boost::asio::post(socket_.get_executor(),
                      [weak = weak_factory_.Get(), work = std::move(work)]() mutable {
                        if (Connection* self = weak.get()) work(*self);
                      });
  }

  // Reading.
  void EnterHead();
  void LeaveIdle();
  void ReadMore();
  std::size_t ReadSize() const;
  std::size_t BodyReadSize() const;
  void FitPiece(std::size_t count);
  void OnRead(const boost::system::error_code& error, std::size_t count);
  void OnReadError(const boost::system::error_code& error);
  void OnBodyBytes();
  void ProcessHead();
  void BeginRequest(std::size_t head_bytes);
  void SayWhoAsks(RequestHead& head) const;
  void Refuse(const Refusal& refusal);
  // The next piece of the body, its end, or why there is none; nullopt if more
  // bytes are needed.
  std::optional<absl::StatusOr<std::string>> NextPiece();
  void DrainBody();

  // Memory; see connection_memory.cc.
  static Refusal NoRoom();
  bool Hold(std::size_t& part, std::size_t bytes);
  bool HoldInput(std::size_t& size);
  bool HoldOutput();
  void ReleaseRequest();
  // Has EndForOthers run, from whatever thread.
  std::function<void()> EndSoon();
  void EndForOthers();

  // For the exchange. A request has a number, so that an exchange that is kept
  // too long does not meddle with the next one.
  bool Answers(std::uint64_t request) const {
    return (busy() || state_ == State::kBroken) && request == request_number_;
  }
  // The exchange is gone, and nobody waits any more.
  void Cancel(std::uint64_t request);
  void ReadBody(Exchange::BodyCallback done);
  void AllowPieces(std::size_t bytes);
  void LimitIdle(absl::Duration limit);
  bool Reserve(std::size_t bytes) { return Hold(held_.handler, held_.handler + bytes); }
  void Release(std::size_t bytes) {
    Hold(held_.handler, held_.handler - std::min(held_.handler, bytes));
  }
  void ReleaseHead() { Hold(held_.head, 0); }
  void WhenRoom(std::function<void()> later);
  void Moved(std::size_t bytes) { share_.Moved(bytes); }
  std::optional<int> EndedWith(std::uint64_t request) const {
    return request == request_number_ ? request_.ended_with : std::nullopt;
  }
  void StartTunnel();
  void Respond(const ResponseHead& head, Body body);
  void StartResponse(const ResponseHead& head, std::optional<std::uint64_t> length);
  void WriteBody(Body piece, Exchange::WriteCallback done);
  void FinishResponse();
  void FailResponse();
  void OnClientLeft(std::function<void()> left) { request_.callbacks.left = std::move(left); }
  // Whether that many bytes are more than was announced.
  bool Exceeds(std::size_t bytes) const;
  void DeliverBody(absl::StatusOr<std::string> piece);
  void DeliverWritten(const absl::Status& status);
  // Tells everybody who waits that it is over.
  void DeliverEnd(const absl::Status& reason);

  // Writing.
  void LayOutHead(const ResponseHead& head, Framing framing, std::uint64_t length);
  bool MustClose(const ResponseHead& head, Framing framing) const;
  void Send(absl::string_view head, Body body, absl::string_view tail);
  void Write();
  void OnWrite(const boost::system::error_code& error, std::size_t count);
  void CountWritten(std::size_t bytes);
  void OnAllSent();

  // Ending.
  void CompleteIfSent();
  void Drain();
  void Linger();
  // Closes so that what was sent cannot be taken for a whole answer.
  void CloseWithReset();
  void ResetOnClose();
  // Fails from the loop: whoever calls this is not yet ready to be told.
  void FailSoon();
  void Close();
  void OnReadTimeout();
  bool PeerHasLeft();
  bool Idle(SteadyClock::time_point now) const;

  LoopServer& server_;
  const boost::asio::ip::address peer_;
  const std::string remote_address_;  // the same as text
  const bool from_proxy_;
  const std::string peer_key_;  // see RequestHead
  const PeerCount::Slot slot_;
  // Null once this is gone; read on the loop alone, but kept by other threads, too.
  const std::shared_ptr<Connection*> self_;
  MemoryShare share_;
  Held held_;

  Socket socket_;
  const boost::local_shared_ptr<Buffers> buffers_;
  ReadBuffer& input_;
  OutputQueue& output_;  // a write is under way as long as it is not empty
  RequestParser parser_;
  std::string head_text_;  // reused for every response head

  State state_ = State::kHead;
  bool reading_ = false;  // a read is under way
  Deadline read_deadline_ = kNever;
  Pace read_pace_;                // of the body of the request
  Pace write_pace_;               // of its answer
  Deadline idle_since_ = kNever;  // kHead without a byte
  Request request_;
  std::uint64_t request_number_ = 0;
  std::size_t drained_ = 0;  // bytes read in kDrainBody
  WeakPtrFactory<Connection> weak_factory_{this};
};

}  // namespace triad::http
