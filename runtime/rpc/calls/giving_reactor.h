// What the reactors of server streams and bidirectional streams share: giving the
// messages of a Source to the caller.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/rpc/admission/admission.h"
#include "runtime/rpc/admission/call_context.h"
#include "runtime/rpc/admission/method.h"
#include "runtime/rpc/calls/stream_registry.h"
#include "runtime/rpc/stream.h"
#include "runtime/rpc/wire/encoded_codec.h"

namespace triad::rpc {

//   Give ─▶ initial metadata ─▶ Next ─▶ write ─▶ Next ─▶ … ─▶ OnGiven
//
// One Next or one write is outstanding at any time, never both, so nothing here
// is locked; OnGiven is called when neither is.
template <typename Reactor, typename Response>
class GivingReactor : public Reactor {
 public:
  GivingReactor(const Method& method, grpc::CallbackServerContext& context)
      : call_(method, context), streams_(method.admission().streams()) {}
  ~GivingReactor() override { streams_.Remove(this); }

  void OnWriteDone(bool ok) final {
    // The source may have nothing to give for long.
    bytes_.Clear();
    if (ok) return Pull();
    OnGiven(CallerLeft());
  }
  void OnCancel() final { streams_.Cancel(this); }
  void OnDone() final { delete this; }

 protected:
  void Give(std::shared_ptr<Source<Response>> source) {
    source_ = std::move(source);
    source_->Opened([breaker = call_.breaker()] { breaker->Break(); });
    // Now, not with the first message: an idle watch must not leave its caller
    // waiting to learn that it has begun.
    call_.FillInitialMetadata();
    this->StartSendInitialMetadata();
    streams_.Add(this, source_);
    // The caller may have gone before there was a source to cancel.
    if (call_.cancelled()) source_->Cancel();
    Pull();
  }

  // What the source has ended with. Nothing of it is outstanding any more.
  virtual void OnGiven(absl::Status status) = 0;

  // The only place that calls Finish.
  void FinishWith(const absl::Status& status) { this->Finish(call_.Finish(status)); }

  CallContext& call() { return call_; }

 private:
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
    if (!asked.ok()) return OnGiven(std::move(asked));
    Arrive();
  }

  // The answer may come before Next returns. Whichever is second goes on, so that
  // the call, its source and all the source stands on outlive Next.
  void Arrive() {
    if (arrivals_.fetch_add(1, std::memory_order_acq_rel) == 1) Write();
  }

  void Write() {
    absl::StatusOr<std::optional<Response>> next = std::move(next_);
    // What a source says when it is told to stop is for callers that are there.
    if (!next.ok() && call_.cancelled()) return OnGiven(CallerLeft());
    if (!next.ok()) return OnGiven(std::move(next).status());
    if (!next->has_value()) return OnGiven(absl::OkStatus());
    absl::Status serialized = Serialize(**next);
    if (!serialized.ok()) return OnGiven(std::move(serialized));
    this->StartWrite(&bytes_);
  }

  absl::Status Serialize(const Response& message) {
    if constexpr (std::is_base_of_v<EncodedBytes, Response>) {
      if (!message.is_own) return rpc::Serialize(message, bytes_);
    }
    return call_.SerializeAnswer(message, bytes_);
  }

  CallContext call_;
  // Shared with the registry, which may still be inside it when the call ends.
  std::shared_ptr<Source<Response>> source_;
  StreamRegistry& streams_;
  std::atomic<int> arrivals_{0};
  absl::StatusOr<std::optional<Response>> next_;
  grpc::ByteBuffer bytes_;
};

// What `open` returns, moved into `opened`.
template <typename Opened, typename Open>
absl::Status OpenStream(const CallContext& call, Opened& opened, Open open) {
  return call.Guard([&]() -> absl::Status {
    auto result = open();
    if (!result.ok()) return result.status();
    opened = *std::move(result);
    return absl::OkStatus();
  });
}

}  // namespace triad::rpc
