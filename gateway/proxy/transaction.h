// A request that became a gRPC call, from its head to the end of its answer.
//
//   browser ─▶ Exchange ─▶ body (none │ whole │ RawUpload) ─▶ ClientCall ─▶ service
//   browser ◀─ Exchange ◀─ JsonAnswer │ RawDownload │ EventStream ◀─ ClientCall
//
// This class has the request's side; a subclass has the answer's.
#pragma once

#include <boost/intrusive/list.hpp>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "gateway/proxy/request/headers.h"
#include "gateway/proxy/request/request_scope.h"
#include "gateway/proxy/shared_parts.h"
#include "gateway/routing/router.h"
#include "gateway/transcoding/codec.h"
#include "runtime/grpc_client/channel.h"

namespace boost::asio {
class io_context;
}

namespace triad::gateway {

class RawUpload;
class Transaction;

using TransactionHook =
    boost::intrusive::list_member_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

// What a transaction is about.
struct TransactionStart {
  const Route* route = nullptr;
  grpc_client::Channel* channel = nullptr;
  grpc_client::Metadata metadata;
  std::optional<TraceContext> call_trace;  // of the call's span, if that is recorded
  std::string fields;                      // of BindFields
  const Codec* codec = nullptr;
  const TransactionLimits* limits = nullptr;
  boost::asio::io_context* context = nullptr;
};

// Lives until its answer is complete or the client has left; callbacks of the
// exchange hold it weakly. A method that may end it is the last thing its
// caller does.
class Transaction : public grpc_client::CallObserver,
                    public std::enable_shared_from_this<Transaction> {
 public:
  Transaction(RequestScope scope, TransactionStart start);
  ~Transaction() override;

  // Begins; it keeps itself alive from here on.
  void Begin();

  // The gateway is about to end: a stream says so and ends. Others go on.
  virtual void OnDrain() {}
  void OnDone(const grpc_client::CallResult& result) final;
  // Ends without an answer, when the loop ends.
  void Drop() { End(kClientLeft); }

  TransactionHook hook;  // in the loop's list

 protected:
  static constexpr int kClientLeft = 499;

  // See CallObserver::OnDone.
  virtual void OnCallDone(const grpc_client::CallResult& result) = 0;

  RequestScope& scope() { return scope_; }
  const Route& route() const { return *start_.route; }
  const TransactionStart& start() const { return start_; }
  // The call; only while it is there.
  grpc_client::ClientCall& call() { return *call_; }

  // Head of an answer by what the service said. `content_type` is for when it
  // did not say.
  http::ResponseHead HeadFrom(const HttpFacts& facts, absl::string_view content_type) const;
  // Facts of an answer: of its initial metadata, or of a reply of trailers alone.
  void TakeFacts(const grpc_client::Metadata& metadata);
  const HttpFacts& facts() const { return facts_; }
  bool has_facts() const { return has_facts_; }
  // Whether the answer has no body whatever comes: HEAD, 204, 304.
  bool bodiless() const;

  // Whole answers; they end the transaction.
  void Respond(http::ResponseHead head, std::string body);
  void RespondError(const grpc_client::CallResult& result);
  void RespondError(const absl::Status& status);
  // Cancels what runs, logs, and ends this.
  void End(int status);
  // What a callback of the exchange may hold.
  template <typename Derived>
  std::weak_ptr<Derived> WeakSelf() {
    return std::static_pointer_cast<Derived>(shared_from_this());
  }

 private:
  void CollectBody();
  void OnWholeBody(absl::StatusOr<std::string> body);
  absl::StatusOr<std::string> RequestMessage(const std::string& body) const;
  void StartCall();
  void SendOnly(std::string message);
  void Upload();
  void OnBodyError(const absl::Status& status);
  // Once: what comes after the first time is not about the call.
  void RecordCall(absl::StatusCode code);

  RequestScope scope_;
  TransactionStart start_;
  std::shared_ptr<Transaction> self_;
  std::unique_ptr<grpc_client::ClientCall> call_;
  absl::Time call_started_;
  std::shared_ptr<RawUpload> upload_;
  HttpFacts facts_;
  bool has_facts_ = false;
};

}  // namespace triad::gateway
