// How a unary call runs. gRPC's default reactor is enough for it: nothing has to
// react to a cancellation, which is asked for instead, and it saves a hop
// between threads at the end.
#include <memory>
#include <utility>

#include "runtime/rpc/admission/call_context.h"

namespace triad::rpc {
namespace {

struct QueuedCall {
  QueuedCall(Admission& admission, const Method& method, grpc::CallbackServerContext& context,
             std::function<absl::Status(Call&)> handler)
      : call(admission, method, context), work(std::move(handler)) {}

  CallContext call;
  std::function<absl::Status(Call&)> work;
};

}  // namespace

grpc::ServerUnaryReactor* UnaryInline(Admission& admission, const Method& method,
                                      grpc::CallbackServerContext& context,
                                      absl::FunctionRef<absl::Status(Call&)> work) {
  CallContext call(admission, method, context);
  absl::Status status = call.Admit();
  if (status.ok()) status = call.Guard([&] { return work(call); });
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  reactor->Finish(call.Close(status));
  return reactor;
}

grpc::ServerUnaryReactor* UnaryQueued(Admission& admission, const Method& method,
                                      grpc::CallbackServerContext& context,
                                      std::function<absl::Status(Call&)> work) {
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  // Shared because a std::function must be copyable; there is one owner at a time.
  auto queued = std::make_shared<QueuedCall>(admission, method, context, std::move(work));
  CallContext& call = queued->call;
  call.Dispatch(Run::kExecutor, [queued = std::move(queued), reactor](absl::Status status) {
    CallContext& call = queued->call;
    if (status.ok()) status = call.Guard([&] { return queued->work(call); });
    reactor->Finish(call.Close(status));
  });
  return reactor;
}

}  // namespace triad::rpc
