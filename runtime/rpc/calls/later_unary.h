// The reactor of a unary call whose answer may come later.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/rpc/admission/admission.h"
#include "runtime/rpc/admission/call_context.h"
#include "runtime/rpc/calls/giving_reactor.h"
#include "runtime/rpc/calls/run.h"
#include "runtime/rpc/calls/stream_registry.h"
#include "runtime/rpc/stream.h"

namespace triad::rpc {

//   quick ─▶ (nullopt) ─▶ open ─▶ Next ─▶ FinishWith
//
// What `open` returns, on the executor or where `run` says, gives one message, whenever it
// has one. Nothing waits on a thread for that.
template <typename Request, typename Response>
class LaterUnaryReactor final : public grpc::ServerUnaryReactor {
 public:
  using Quick = std::function<std::optional<absl::StatusOr<Response>>(Call&, const Request&)>;
  using Open =
      std::function<absl::StatusOr<std::unique_ptr<Source<Response>>>(Call&, const Request&)>;

  // `quick`, which may be null, and `open` must outlive the call; `bytes` and `answer` do.
  LaterUnaryReactor(const Method& method, grpc::CallbackServerContext& context, const Quick& quick,
                    const Open& open, const grpc::ByteBuffer& bytes, grpc::ByteBuffer& answer)
      : call_(method, context),
        streams_(method.admission().streams()),
        quick_(quick),
        open_(open),
        bytes_(bytes),
        answer_(answer) {}
  ~LaterUnaryReactor() override { streams_.Remove(this); }

  void Start(Run run) {
    call_.SetRequest(bytes_);
    absl::Status status = call_.Admit();
    bool left = quick_ == nullptr;
    if (status.ok()) status = call_.ParseRequest(bytes_, request_);
    if (status.ok() && !left) status = call_.Guard([&] { return AnswerQuickly(left); });
    if (!left || !status.ok()) return FinishWith(status);
    if (run.IsInline(bytes_)) return OpenSource(absl::OkStatus());
    ends_inline_ = false;
    call_.Enqueue([this](absl::Status admitted) { OpenSource(std::move(admitted)); });
  }

  void OnCancel() override { streams_.Cancel(this); }
  void OnDone() override { delete this; }
  // The end of what no thread of the executor had a part in is short: it needs no hop to
  // another thread.
  bool InternalInlineable() override { return ends_inline_; }

 private:
  absl::Status AnswerQuickly(bool& left) {
    std::optional<absl::StatusOr<Response>> response = quick_(call_, request_);
    left = !response.has_value();
    if (left) return absl::OkStatus();
    if (!response->ok()) return response->status();
    return call_.SerializeAnswer(**response, answer_);
  }

  void OpenSource(absl::Status status) {
    std::unique_ptr<Source<Response>> source;
    if (status.ok()) {
      status = OpenStream(call_, source, [this] { return open_(call_, request_); });
    }
    if (!status.ok()) return FinishWith(status);
    source_ = std::move(source);
    streams_.Add(this, source_);
    // The caller may have gone before there was a source to cancel.
    if (call_.cancelled()) source_->Cancel();
    status = call_.Guard([this] {
      source_->Next([this](absl::StatusOr<std::optional<Response>> next) {
        next_ = std::move(next);
        Arrive();
      });
      return absl::OkStatus();
    });
    // A Next that throws has not answered.
    if (!status.ok()) return FinishWith(status);
    Arrive();
  }

  // The answer may come before Next returns. Whichever is second goes on.
  void Arrive() {
    if (arrivals_.fetch_add(1, std::memory_order_acq_rel) == 1) FinishWith(TakeAnswer());
  }

  absl::Status TakeAnswer() {
    if (call_.cancelled()) return CallerLeft();
    if (!next_.ok()) return next_.status();
    if (!next_->has_value()) return absl::InternalError("there was no answer");
    return call_.SerializeAnswer(**next_, answer_);
  }

  // The only place that calls Finish.
  void FinishWith(const absl::Status& status) { Finish(call_.Finish(status)); }

  CallContext call_;
  StreamRegistry& streams_;
  const Quick& quick_;
  const Open& open_;
  const grpc::ByteBuffer& bytes_;
  grpc::ByteBuffer& answer_;
  Request request_;
  // Shared with the registry, which may still be inside it when the call ends.
  std::shared_ptr<Source<Response>> source_;
  std::atomic<int> arrivals_{0};
  absl::StatusOr<std::optional<Response>> next_;
  bool ends_inline_ = true;  // set before gRPC knows this
};

}  // namespace triad::rpc
