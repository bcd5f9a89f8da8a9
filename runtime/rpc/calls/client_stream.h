// The reactor of a client stream.
#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/base/mutex.h"
#include "runtime/rpc/admission/call_context.h"
#include "runtime/rpc/calls/giving_reactor.h"
#include "runtime/rpc/stream.h"

namespace triad::rpc {

//   open ─▶ read ─▶ Write ─▶ … ─▶ half-close ─▶ Finish ─▶ FinishWith
//             ▲       │
//             └───────┘ the next message comes in while one is written
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
    {
      MutexLock lock(mutex_);
      arrived_ = ok ? Arrival::kMessage : Arrival::kEnd;
      // Who writes takes it next. After the end nobody does.
      if (std::exchange(writing_, true)) return;
    }
    call_.Continue([this] { TakeArrival(); });
  }
  void OnDone() override { delete this; }

 private:
  enum class Arrival { kNone, kMessage, kEnd };

  void Begin(const absl::Status& admitted) {
    if (!admitted.ok()) return FinishWith(admitted);
    absl::Status opened = OpenStream(call_, sink_, [this] { return open_(call_); });
    if (!opened.ok()) return FinishWith(opened);
    StartRead(&next_);
  }

  void TakeArrival() {
    Arrival arrival = Arrival::kNone;
    {
      MutexLock lock(mutex_);
      arrival = std::exchange(arrived_, Arrival::kNone);
    }
    if (arrival == Arrival::kEnd) return Complete();
    bytes_.Swap(&next_);
    next_.Clear();
    StartRead(&next_);
    Write();
  }

  void Write() {
    absl::Status written = call_.ParseRequest(bytes_, request_);
    bytes_.Clear();
    if (written.ok()) written = call_.Guard([this] { return sink_->Write(request_); });
    if (!written.ok()) return FinishWith(written);
    {
      MutexLock lock(mutex_);
      writing_ = arrived_ != Arrival::kNone;
      if (!writing_) return;
    }
    // Others have their turn before.
    call_.Continue([this] { TakeArrival(); });
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

  // The only place that calls gRPC's Finish, which ends a read that waits.
  void FinishWith(const absl::Status& status) {
    // Undo first: a caller that sees the error sees nothing half done.
    sink_.reset();
    Finish(call_.Finish(status));
  }

  CallContext call_;
  const Open& open_;
  grpc::ByteBuffer& response_;
  std::unique_ptr<Sink<Request, Response>> sink_;
  grpc::ByteBuffer next_;   // that is read
  grpc::ByteBuffer bytes_;  // that is written
  Request request_;

  Mutex mutex_;
  Arrival arrived_ ABSL_GUARDED_BY(mutex_) = Arrival::kNone;  // and was not taken yet
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;  // somebody takes, or will, what arrives
};

}  // namespace triad::rpc
