// The reactor of a unary call.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/status.h"
#include "runtime/rpc/admission/call_context.h"
#include "runtime/rpc/calls/run.h"

namespace triad::rpc {

//   parse ─▶ function ─▶ FinishWith
template <typename Request, typename Response>
class UnaryReactor final : public grpc::ServerUnaryReactor {
 public:
  using Function = std::function<absl::StatusOr<Response>(Call&, const Request&)>;

  // `function` must outlive the call; `bytes` and `answer` do.
  UnaryReactor(const Method& method, grpc::CallbackServerContext& context, const Function& function,
               const grpc::ByteBuffer& bytes, grpc::ByteBuffer& answer)
      : call_(method, context), function_(function), bytes_(bytes), answer_(answer) {}

  void Start(Run run) {
    call_.SetRequest(bytes_);
    if (run.IsInline(bytes_)) return Complete(call_.Admit());
    call_.Enqueue([this](absl::Status admitted) { Complete(std::move(admitted)); });
  }

  void OnDone() override { delete this; }
  // Nothing here has to react to a cancellation, which is asked for instead, and the end
  // is short: it needs no hop to another thread.
  bool InternalInlineable() override { return true; }

 private:
  void Complete(absl::Status status) {
    if (status.ok()) status = call_.Guard([this] { return Answer(); });
    Finish(call_.Finish(status));
  }

  absl::Status Answer() {
    Request request;
    TRIAD_RETURN_IF_ERROR(call_.ParseRequest(bytes_, request));
    absl::StatusOr<Response> response = function_(call_, request);
    if (!response.ok()) return std::move(response).status();
    return call_.SerializeAnswer(*response, answer_);
  }

  CallContext call_;
  const Function& function_;
  const grpc::ByteBuffer& bytes_;
  grpc::ByteBuffer& answer_;
};

// Begins one, whose reactor is returned.
template <typename Request, typename Response>
grpc::ServerUnaryReactor* StartUnary(
    const Method& method, grpc::CallbackServerContext& context, Run run,
    const typename UnaryReactor<Request, Response>::Function& function,
    const grpc::ByteBuffer& bytes, grpc::ByteBuffer& answer) {
  auto* reactor = new UnaryReactor<Request, Response>(method, context, function, bytes, answer);
  reactor->Start(run);
  return reactor;
}

}  // namespace triad::rpc
