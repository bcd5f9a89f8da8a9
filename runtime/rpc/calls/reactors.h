// The reactors behind streams. Each calls Finish in one place only, End.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "runtime/rpc/admission/call_context.h"
#include "runtime/rpc/calls/stream_registry.h"
#include "runtime/rpc/stream.h"
#include "runtime/rpc/wire/codec.h"

namespace triad::rpc {

inline absl::Status CallerLeft() { return absl::CancelledError("the caller went away"); }

//   open ─▶ initial metadata ─▶ Next ─▶ write ─▶ Next ─▶ … ─▶ End
//
// One Next or one write is outstanding at any time, never both, so nothing here
// is locked; End is only reached when neither is.
template <typename Response>
class WriteReactor final : public grpc::ServerWriteReactor<Response> {
 public:
  using Open = std::function<absl::StatusOr<std::unique_ptr<Source<Response>>>(Call&)>;

  WriteReactor(Admission& admission, const Method& method, grpc::CallbackServerContext& context,
               StreamRegistry& registry)
      : call_(admission, method, context), stream_(registry) {}

  void Start(Run run, Open open) {
    call_.Dispatch(run, [this, open = std::move(open)](absl::Status admitted) {
      Begin(std::move(admitted), open);
    });
  }

  void OnWriteDone(bool ok) override {
    if (ok) return Pull();
    End(CallerLeft());
  }
  void OnCancel() override { stream_.Cancel(); }
  void OnDone() override { delete this; }

 private:
  void Begin(absl::Status admitted, const Open& open) {
    if (!admitted.ok()) return End(admitted);
    absl::Status opened = call_.Guard([&]() -> absl::Status {
      auto source = open(call_);
      if (!source.ok()) return source.status();
      source_ = *std::move(source);
      return absl::OkStatus();
    });
    if (!opened.ok()) return End(opened);
    // Now, not with the first message: an idle watch must not leave its caller
    // waiting to learn that it has begun.
    call_.FillInitialMetadata();
    this->StartSendInitialMetadata();
    stream_.SetTarget(source_);
    Pull();
  }

  void Pull() {
    arrivals_.store(0, std::memory_order_relaxed);
    absl::Status asked = call_.Guard([this] {
      source_->Next([this](absl::StatusOr<std::optional<Response>> next) {
        next_ = std::move(next);
        Arrive();
      });
      return absl::OkStatus();
    });
    // A Next that throws has not answered.
    if (!asked.ok()) return End(asked);
    Arrive();
  }

  // The answer may come before Next returns. Whichever is second goes on, so that
  // the call, its source and all the source stands on outlive Next.
  void Arrive() {
    if (arrivals_.fetch_add(1, std::memory_order_acq_rel) == 1) Answer(std::move(next_));
  }

  void Answer(absl::StatusOr<std::optional<Response>> next) {
    // What a source says when it is told to stop is for callers that are there.
    if (!next.ok() && call_.cancelled()) return End(CallerLeft());
    if (!next.ok()) return End(next.status());
    if (!next->has_value()) return End(absl::OkStatus());
    message_ = **std::move(next);
    this->StartWrite(&message_);
  }

  void End(const absl::Status& status) { this->Finish(call_.Close(status)); }

  CallContext call_;
  // Shared with the registry, which may still be inside it when the call ends.
  std::shared_ptr<Source<Response>> source_;
  RegisteredStream stream_;
  std::atomic<int> arrivals_{0};
  absl::StatusOr<std::optional<Response>> next_;
  Response message_;
};

//   open ─▶ read ─▶ Write ─▶ read ─▶ … ─▶ half-close ─▶ Finish ─▶ End
//
// Reads happen on gRPC threads, everything else on the executor, one after the
// other.
template <typename Request, typename Response>
class ReadReactor final : public grpc::ServerReadReactor<Request> {
 public:
  using Open = std::function<absl::StatusOr<std::unique_ptr<Sink<Request, Response>>>(Call&)>;

  ReadReactor(Admission& admission, const Method& method, grpc::CallbackServerContext& context,
              Response* response)
      : call_(admission, method, context), response_(response) {}

  void Start(Open open) {
    call_.Dispatch(Run::kExecutor, [this, open = std::move(open)](absl::Status admitted) {
      Begin(std::move(admitted), open);
    });
  }

  void OnReadDone(bool ok) override {
    call_.Continue([this, ok] { ok ? Write() : Complete(); });
  }
  void OnDone() override { delete this; }

 private:
  void Begin(absl::Status admitted, const Open& open) {
    if (!admitted.ok()) return End(admitted);
    absl::Status opened = call_.Guard([&]() -> absl::Status {
      auto sink = open(call_);
      if (!sink.ok()) return sink.status();
      sink_ = *std::move(sink);
      return absl::OkStatus();
    });
    if (!opened.ok()) return End(opened);
    Read();
  }

  void Read() {
    MarkUnread(request_);
    this->StartRead(&request_);
  }

  void Write() {
    absl::Status written = call_.Guard([this] { return sink_->Write(request_); });
    if (!written.ok()) return End(written);
    Read();
  }

  // After the last read: the end of the stream, a caller that went away (which
  // gRPC knows for sure by now), or bytes that are no message.
  void Complete() {
    if (call_.cancelled()) return End(CallerLeft());
    if (!IsUnread(request_)) {
      return End(absl::InvalidArgumentError(
          absl::StrCat("a message of the stream is not a valid ", request_.GetTypeName())));
    }
    End(call_.Guard([this]() -> absl::Status {
      absl::StatusOr<Response> result = sink_->Finish();
      if (!result.ok()) return result.status();
      *response_ = *std::move(result);
      return absl::OkStatus();
    }));
  }

  void End(const absl::Status& status) {
    // Undo first: a caller that sees the error sees nothing half done.
    sink_.reset();
    this->Finish(call_.Close(status));
  }

  CallContext call_;
  Response* const response_;
  std::unique_ptr<Sink<Request, Response>> sink_;
  Request request_;
};

}  // namespace triad::rpc
