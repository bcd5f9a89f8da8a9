// The reactor of a server stream.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "runtime/rpc/calls/giving_reactor.h"
#include "runtime/rpc/calls/run.h"

namespace triad::rpc {

//   parse ─▶ open ─▶ Give ─▶ FinishWith
template <typename Request, typename Response>
class ServerStreamReactor final
    : public GivingReactor<grpc::ServerWriteReactor<grpc::ByteBuffer>, Response> {
 public:
  using Open =
      std::function<absl::StatusOr<std::unique_ptr<Source<Response>>>(Call&, const Request&)>;

  // `open` must outlive the call.
  ServerStreamReactor(const Method& method, grpc::CallbackServerContext& context, const Open& open)
      : ServerStreamReactor::GivingReactor(method, context), open_(open) {}

  // `bytes` live as long as the call.
  void Start(Run run, const grpc::ByteBuffer& bytes) {
    this->call().SetRequest(bytes);
    if (run.IsInline(bytes)) return Begin(this->call().Admit(), bytes);
    this->call().Enqueue(
        [this, &bytes](absl::Status admitted) { Begin(std::move(admitted), bytes); });
  }

 private:
  void Begin(absl::Status admitted, const grpc::ByteBuffer& bytes) {
    if (admitted.ok()) admitted = this->call().ParseRequest(bytes, request_);
    if (!admitted.ok()) return this->FinishWith(admitted);
    std::unique_ptr<Source<Response>> source;
    absl::Status opened =
        OpenStream(this->call(), source, [this] { return open_(this->call(), request_); });
    if (!opened.ok()) return this->FinishWith(opened);
    this->Give(std::move(source));
  }

  void OnGiven(absl::Status status) override { this->FinishWith(status); }

  const Open& open_;
  Request request_;
};

}  // namespace triad::rpc
