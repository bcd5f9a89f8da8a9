// A unary call.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/status.h"
#include "runtime/rpc/admission/call_context.h"
#include "runtime/rpc/calls/run.h"
#include "runtime/rpc/wire/codec.h"

namespace triad::rpc {

// gRPC's default reactor is enough for it: nothing has to react to a cancellation,
// which is asked for instead, and it saves a hop between threads at the end. So this is
// no reactor, but what the call refers to, all of which outlives it.
template <typename Request, typename Response>
struct UnaryCall {
  using Function = std::function<absl::StatusOr<Response>(Call&, const Request&)>;

  void Complete(absl::Status status) {
    if (status.ok()) status = context.Guard([this] { return Answer(); });
    reactor->Finish(context.Finish(status));
  }

  absl::Status Answer() {
    Request request;
    TRIAD_RETURN_IF_ERROR(Parse(bytes, request));
    absl::StatusOr<Response> response = function(context, request);
    if (!response.ok()) return std::move(response).status();
    return Serialize(*response, answer);
  }

  CallContext context;
  const Function& function;
  const grpc::ByteBuffer& bytes;
  grpc::ByteBuffer& answer;
  grpc::ServerUnaryReactor* reactor;
};

// Begins one, whose reactor is returned.
template <typename Request, typename Response>
grpc::ServerUnaryReactor* StartUnary(
    const Method& method, grpc::CallbackServerContext& context, Run run,
    const typename UnaryCall<Request, Response>::Function& function, const grpc::ByteBuffer& bytes,
    grpc::ByteBuffer& answer) {
  using OneCall = UnaryCall<Request, Response>;
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  if (run.IsInline(bytes)) {
    OneCall call{{method, context}, function, bytes, answer, reactor};
    call.Complete(call.context.Admit());
    return reactor;
  }
  auto* call = new OneCall{{method, context}, function, bytes, answer, reactor};
  call->context.Enqueue([call](absl::Status status) {
    std::unique_ptr<OneCall> owned(call);
    owned->Complete(std::move(status));
  });
  return reactor;
}

}  // namespace triad::rpc
