// The reactor of a client stream.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/rpc/admission/call_context.h"
#include "runtime/rpc/calls/giving_reactor.h"
#include "runtime/rpc/stream.h"
#include "runtime/rpc/wire/codec.h"

namespace triad::rpc {

//   open ─▶ read ─▶ Write ─▶ read ─▶ … ─▶ half-close ─▶ Finish ─▶ FinishWith
//
// Reads happen on gRPC threads, everything else on the executor, one after the
// other.
template <typename Request, typename Response>
class ClientStreamReactor final : public grpc::ServerReadReactor<grpc::ByteBuffer> {
 public:
  using Open = std::function<absl::StatusOr<std::unique_ptr<Sink<Request, Response>>>(Call&)>;

  // `open` and `response` must outlive the call.
  ClientStreamReactor(const Method& method, grpc::CallbackServerContext& context, const Open& open,
                      grpc::ByteBuffer& response)
      : call_(method, context), open_(open), response_(response) {}

  void Start() {
    call_.Enqueue([this](absl::Status admitted) { Begin(admitted); });
  }

  void OnReadDone(bool ok) override {
    call_.Continue([this, ok] { ok ? Write() : Complete(); });
  }
  void OnDone() override { delete this; }

 private:
  void Begin(const absl::Status& admitted) {
    if (!admitted.ok()) return FinishWith(admitted);
    absl::Status opened = OpenStream(call_, sink_, [this] { return open_(call_); });
    if (!opened.ok()) return FinishWith(opened);
    StartRead(&bytes_);
  }

  void Write() {
    absl::Status written = Parse(bytes_, request_);
    if (written.ok()) written = call_.Guard([this] { return sink_->Write(request_); });
    if (!written.ok()) return FinishWith(written);
    StartRead(&bytes_);
  }

  // After the last read: the end of the stream, or a caller that went away (which
  // gRPC knows for sure by now).
  void Complete() {
    if (call_.cancelled()) return FinishWith(CallerLeft());
    FinishWith(call_.Guard([this]() -> absl::Status {
      absl::StatusOr<Response> result = sink_->Finish();
      if (!result.ok()) return result.status();
      return call_.SerializeAnswer(*result, response_);
    }));
  }

  // The only place that calls gRPC's Finish.
  void FinishWith(const absl::Status& status) {
    // Undo first: a caller that sees the error sees nothing half done.
    sink_.reset();
    Finish(call_.Finish(status));
  }

  CallContext call_;
  const Open& open_;
  grpc::ByteBuffer& response_;
  std::unique_ptr<Sink<Request, Response>> sink_;
  grpc::ByteBuffer bytes_;
  Request request_;
};

}  // namespace triad::rpc
