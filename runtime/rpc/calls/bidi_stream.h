// The reactor of a bidirectional stream.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "runtime/base/mutex.h"
#include "runtime/rpc/calls/giving_reactor.h"

namespace triad::rpc {

//   open ─┬─▶ Give ─────────────────────────────────────────────────────▶ FinishWith
//         └─▶ read ─▶ Write ─▶ read ─▶ … ─▶ half-close ─▶ WritesDone
//
// The two sides do not wait for each other, but for the end: it comes once nothing is
// given any more and the handler takes nothing. A read that waits for the caller does
// not hold it up; gRPC ends that one.
template <typename Request, typename Response>
class BidiStreamReactor final
    : public GivingReactor<grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>, Response> {
 public:
  using Stream = Duplex<Request, Response>;
  using Open = std::function<absl::StatusOr<std::unique_ptr<Stream>>(Call&)>;

  // `open` must outlive the call.
  BidiStreamReactor(const Method& method, grpc::CallbackServerContext& context, const Open& open)
      : BidiStreamReactor::GivingReactor(method, context), open_(open) {}

  void Start() {
    this->call().Enqueue([this](absl::Status admitted) { Begin(admitted); });
  }

  void OnReadDone(bool ok) override {
    {
      MutexLock lock(mutex_);
      if (end_.has_value()) return;
      // From here on the call does not finish, so that it is there when its turn comes.
      ++taking_;
    }
    this->call().Continue([this, ok] { ok ? Take() : CompleteReads(); });
  }

 private:
  void Begin(const absl::Status& admitted) {
    if (!admitted.ok()) return this->FinishWith(admitted);
    std::unique_ptr<Stream> stream;
    absl::Status opened = OpenStream(this->call(), stream, [this] { return open_(this->call()); });
    if (!opened.ok()) return this->FinishWith(opened);
    duplex_ = std::move(stream);
    {
      MutexLock lock(mutex_);
      giving_ = true;
      taking_ = 1;  // until both sides have begun
    }
    this->StartRead(&bytes_);
    this->Give(duplex_);
    StopTaking();
  }

  void Take() {
    absl::Status taken = this->call().ParseRequest(bytes_, request_);
    if (taken.ok()) taken = this->call().Guard([this] { return duplex_->Write(request_); });
    OnTaken(taken, /*more=*/true);
  }

  // After the last read: the half-close, or a caller that went away.
  void CompleteReads() {
    absl::Status completed = CallerLeft();
    if (!this->call().cancelled()) {
      completed = this->call().Guard([this] { return duplex_->WritesDone(); });
    }
    OnTaken(completed, /*more=*/false);
  }

  void OnTaken(const absl::Status& status, bool more) {
    // While this side still counts as taking: without it the call may finish at once,
    // and a read must not begin after that.
    if (status.ok() && more) {
      return duplex_->WhenWanted([this] {
        this->StartRead(&bytes_);
        StopTaking();
      });
    }
    if (!status.ok()) Fail(status);
    StopTaking();
  }

  void StopTaking() {
    absl::Status end;
    {
      MutexLock lock(mutex_);
      --taking_;
      if (!end_.has_value() || giving_ || taking_ > 0) return;
      end = *end_;
    }
    this->FinishWith(end);
  }

  // Ends the other side too.
  void Fail(const absl::Status& status) {
    {
      MutexLock lock(mutex_);
      if (!end_.has_value()) end_ = status;
    }
    duplex_->Cancel();
  }

  void OnGiven(absl::Status status) override {
    absl::Status end;
    {
      MutexLock lock(mutex_);
      giving_ = false;
      if (!end_.has_value()) end_ = std::move(status);
      if (taking_ > 0) return;
      end = *end_;
    }
    this->FinishWith(end);
  }

  const Open& open_;
  std::shared_ptr<Stream> duplex_;
  grpc::ByteBuffer bytes_;
  Request request_;

  Mutex mutex_;
  bool giving_ ABSL_GUARDED_BY(mutex_) = false;  // a Next or a write is outstanding
  // Messages with the handler, and steps that the call must outlive.
  int taking_ ABSL_GUARDED_BY(mutex_) = 0;
  // Why the call ends, once it does: what came first.
  std::optional<absl::Status> end_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::rpc
