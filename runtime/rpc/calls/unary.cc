// gRPC's default reactor is enough for a unary call: nothing has to react to a
// cancellation, which is asked for instead, and it saves a hop between threads at
// the end.
#include "runtime/rpc/calls/unary.h"

#include <memory>

#include "runtime/rpc/admission/call_context.h"

namespace triad::rpc {
namespace {

// One call. What it refers to is gRPC's and the service's, which outlive it.
struct UnaryCall {
  void Complete(absl::Status status) {
    if (status.ok()) status = context.Guard([this] { return work(context, request, response); });
    reactor->Finish(context.Finish(status));
  }

  CallContext context;
  const UnaryMethod::Work& work;
  const grpc::ByteBuffer& request;
  grpc::ByteBuffer& response;
  grpc::ServerUnaryReactor* reactor;
};

}  // namespace

grpc::ServerUnaryReactor* UnaryMethod::operator()(grpc::CallbackServerContext* context,
                                                  const grpc::ByteBuffer* request,
                                                  grpc::ByteBuffer* response) const {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (run_.IsInline(*request)) {
    UnaryCall call{{*method_, *context}, work_, *request, *response, reactor};
    call.Complete(call.context.Admit());
    return reactor;
  }
  auto* call = new UnaryCall{{*method_, *context}, work_, *request, *response, reactor};
  call->context.Enqueue([call](absl::Status status) {
    std::unique_ptr<UnaryCall> owned(call);
    owned->Complete(std::move(status));
  });
  return reactor;
}

}  // namespace triad::rpc
