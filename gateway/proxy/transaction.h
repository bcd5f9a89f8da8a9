// A request that became a gRPC call, from its head to the end of its answer.
//
//   browser ─▶ Exchange ─▶ RequestBody (none │ whole │ streamed) ─▶ ClientCall ─▶ service
//   browser ◀─ Exchange ◀─ Answer (JSON │ raw │ events) ◀────────── ClientCall
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "gateway/proxy/answer/answer_coding.h"
#include "gateway/proxy/answer/event_stream.h"
#include "gateway/proxy/answer/frame_answer.h"
#include "gateway/proxy/answer/json_answer.h"
#include "gateway/proxy/answer/raw_download.h"
#include "gateway/proxy/body/frame_upload.h"
#include "gateway/proxy/body/request_body.h"
#include "gateway/proxy/body/stall_guard.h"
#include "gateway/proxy/conversions.h"
#include "gateway/proxy/request/headers.h"
#include "gateway/proxy/request/request_scope.h"
#include "gateway/proxy/services/loop_services.h"
#include "gateway/proxy/transaction_start.h"
#include "gateway/routing/router.h"
#include "runtime/grpc_client/channel.h"

namespace triad::gateway {

class Transaction;

// Those of a loop, which owns them by this.
using Transactions = std::list<Transaction>;

// Ends when its answer is complete or the client has left, and is destroyed by
// that. A method that may end it is the last thing its caller does.
class Transaction final : public grpc_client::CallObserver, public grpc_client::CallMemory {
 public:
  // Makes one in `owner`.
  static Transaction& Make(Transactions& owner, LoopServicesPtr services, RequestScope scope,
                           TransactionStart start);
  // Use Make.
  Transaction(Transactions& owner, LoopServicesPtr services, RequestScope scope,
              TransactionStart start);

  void Begin();
  // Ends without an answer: the client has left, or the loop ends.
  void Cancel();
  // Ends a stream with an error that says so. False if it is none, and goes on.
  bool FailStream();

  // CallMemory: what is held for the request, by the call or by its body. All of it is
  // given back in the end.
  bool Reserve(std::size_t bytes) override { return scope_.exchange().Reserve(bytes); }
  void Release(std::size_t bytes) override { scope_.exchange().Release(bytes); }
  void WhenRoom(std::function<void()> later) override {
    scope_.exchange().WhenRoom(std::move(later));
  }
  void Moved(std::size_t bytes) override { scope_.exchange().Moved(bytes); }
  // Takes memory for the request's body: `bytes` in all, until the service answers.
  bool ReserveBody(std::size_t bytes);
  // The answer to what there is no memory for.
  void FailForMemory();

  bool is_carried() const { return start_.is_carried; }

  // For its body and its answer.
  RequestScope& scope() { return scope_; }
  const RequestScope& scope() const { return scope_; }
  const SharedParts& parts() const { return services_->parts(); }
  const Services& services() const { return services_->services(); }
  RequestErrors errors() const { return services().errors.For(scope_.request_id()); }
  const Route& route() const { return *start_.route; }
  boost::asio::io_context& context() { return start_.conversions->context(); }

  // Makes a conversion of `bytes`, one at a time each way: here if they are few, or else while the
  // loop goes on. `done` takes the result and may end this, with which it is dropped. `work` may
  // refer to the services alone.
  enum class Way { kIn, kOut };
  template <typename Work, typename Done>
  void Convert(Way way, std::size_t bytes, Work work, Done done);

  // What path and query say, as bytes of the request's message; once.
  std::string TakeFields() { return std::move(start_.fields); }
  void StartCall();
  // Starts the call with its only message; 413 if that is too large.
  void CallWith(std::string message);
  // OUT_OF_RANGE if a message is too large for a call.
  absl::Status CheckSize(absl::string_view message) const;
  const JsonStyle& style() const { return start_.style; }
  // Whether messages on its socket are JSON.
  bool has_json_frames() const { return start_.frames != Frames::kProto; }
  // The call, once it is started.
  grpc_client::ClientCall& call() { return *call_; }
  // Sends one message of a stream; see ClientCall::Send. The client waits meanwhile: if the call
  // streams both ways, and nothing moves, the request ends for it.
  void SendOn(grpc_client::Message message, std::function<void()> sent);

  // What the service said about HTTP: in its initial metadata, or in a reply of
  // trailers alone.
  const HttpFacts& facts() const { return facts_; }
  // Head of an answer by these facts. `content_type` is for when they have none.
  http::ResponseHead Head(absl::string_view content_type) const;
  // Whether the answer with `head` comes compressed for some client; see MayBeCoded.
  bool IsCoded(const http::ResponseHead& head) const;
  // What of it this client gets compressed, if anything.
  AcceptedCodings CodingsFor(const http::ResponseHead& head) const;
  // Whether the answer has no body whatever comes: HEAD, 204, 304.
  bool bodiless() const;

  // A whole answer.
  void Respond(http::ResponseHead head, http::Body body);
  // An error as a whole answer, before anything is sent.
  void Fail(const grpc_client::CallResult& result);
  void Fail(const absl::Status& status);
  // The same for an error of Exchange::ReadBody, or in what that gave, at any time.
  void FailBody(const absl::Status& status);
  // Ends after an error of Exchange::WriteBody.
  void FailClient(const absl::Status& status);

  // An answer in pieces. False if it has no body, and this has ended with the head.
  bool StartResponse(http::ResponseHead head, std::optional<std::uint64_t> content_length);
  bool response_started() const { return status_.has_value(); }
  // Whether the call is over, or was given up.
  bool has_ended() const { return ended_; }
  // Gives it up; its answer has an end of its own.
  void DropCall();
  void FinishResponse();
  // Breaks the connection, so that a part does not look like the whole.
  void FailResponse();

 private:
  // What some streams have.
  struct StreamParts {
    std::unique_ptr<WebSocket> socket;
    std::unique_ptr<StallGuard> stall_guard;
  };

  // CallObserver
  void OnInitialMetadata(const grpc_client::Metadata& metadata) override;
  void OnMessage(std::string message) override;
  void OnDone(const grpc_client::CallResult& result) override;

  std::unique_ptr<StreamParts> MakeStreamParts();
  std::unique_ptr<WebSocket> MakeSocket();
  // Null without one, or without memory for it.
  WebSocket* socket() const {
    return stream_parts_ == nullptr ? nullptr : stream_parts_->socket.get();
  }
  // Null unless the call streams both ways.
  StallGuard* stall_guard() const {
    return stream_parts_ == nullptr ? nullptr : stream_parts_->stall_guard.get();
  }
  // The shapes that the route, or the socket, asks for.
  RequestBody& MakeBody();
  Answer& MakeAnswer();
  void TakeFacts(const grpc_client::Metadata& metadata);
  // Once: what comes after the first time is not about the call.
  void RecordCall(absl::StatusCode code);
  // The end of a request in which nothing moves: `side` does not.
  void CountStall(absl::string_view side, const absl::Status& problem);
  void OnStall();
  // Ends with the status that an error in reading the request has, or within the answer.
  void FailWith(const absl::Status& status);
  // Cancels what runs, logs, and destroys this.
  void Finish(int status);

  Transactions& owner_;
  Transactions::iterator self_;
  const LoopServicesPtr services_;  // before the scope, which refers to the name of a route
  RequestScope scope_;
  TransactionStart start_;
  std::unique_ptr<grpc_client::ClientCall> call_;
  absl::Time call_started_;  // this and the next only if the call is recorded
  std::optional<Stopwatch> call_watch_;
  std::size_t body_bytes_ = 0;                     // of ReserveBody
  std::array<std::uint64_t, 2> conversions_ = {};  // that are made elsewhere, by their way
  bool has_facts_ = false;
  HttpFacts facts_;
  bool ended_ = false;         // the call
  std::optional<int> status_;  // of the head that was sent
  std::unique_ptr<StreamParts> stream_parts_;
  // Kept in place: a request needs no memory of its own for its shapes. Only streams, which
  // are larger and live long, have some.
  std::variant<std::monostate, NoBody, WholeBody, RawUpload, std::unique_ptr<MessageUpload>,
               std::unique_ptr<FrameUpload>>
      any_body_;
  std::variant<std::monostate, JsonAnswer, RawDownload, std::unique_ptr<EventStream>,
               std::unique_ptr<FrameAnswer>>
      any_answer_;
  RequestBody& body_;
  Answer& answer_;
};

// Memory of a transaction for a conversion on its loop. The first of it is not looked at.
class ConversionHere final : public ConversionMemory {
 public:
  explicit ConversionHere(Transaction& transaction) : transaction_(transaction) {}
  ~ConversionHere() { transaction_.Release(reserved_); }
  bool Take(std::size_t bytes) override;
  void Return(std::size_t bytes) override;

 private:
  Transaction& transaction_;
  std::size_t taken_ = 0;
  std::size_t reserved_ = 0;
};

template <typename Work, typename Done>
void Transaction::Convert(Way way, std::size_t bytes, Work work, Done done) {
  if (bytes > Conversions::kAtOnce) {
    // It may go on when this is gone, and uses the services.
    auto kept = [services = services_->shared(), work = std::move(work)](ConversionMemory& memory) {
      return work(memory);
    };
    conversions_[static_cast<int>(way)] =
        start_.conversions->Start(scope_.request().peer_key, std::move(kept), std::move(done));
    return;
  }
  absl::StatusOr<std::string> result;
  {
    ConversionHere memory(*this);
    result = work(memory);
  }
  done(std::move(result));
}

// The allocator of glibc keeps smaller blocks at hand for each thread; for larger ones it
// first tidies up, which costs as much as the rest of a request's allocations.
constexpr std::size_t kQuicklyAllocated = 1032;
static_assert(sizeof(Transaction) + 2 * sizeof(void*) <= kQuicklyAllocated,
              "a node of Transactions");

}  // namespace triad::gateway
