// The service behind the gateways that are measured: it answers with what it is asked.
//   triad_bench_echo [HOST:PORT]
// It says where it listens.
#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "runtime/base/mutex.h"
#include "tests/bench/native/bench.grpc.pb.h"
#include "tests/bench/native/result.h"

namespace triad::bench {
namespace {

using Bytes = grpc::ByteBuffer;
using Context = grpc::CallbackServerContext;
namespace proto = ::bench;

constexpr int kMaxMessageBytes = 64 << 20;
constexpr int kPeriodMilliseconds = 100;

// The first moment behind `now` that is `phase` milliseconds behind a tenth of a second.
gpr_timespec NextTick(gpr_timespec now, std::uint32_t phase) {
  std::int64_t milliseconds = now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
  std::int64_t begun = milliseconds - milliseconds % kPeriodMilliseconds;
  std::int64_t tick = begun + phase % kPeriodMilliseconds;
  if (tick <= milliseconds) tick += kPeriodMilliseconds;
  now.tv_sec = tick / 1000;
  now.tv_nsec = static_cast<std::int32_t>(tick % 1000 * 1'000'000);
  return now;
}

// Repeats a word until the client leaves. Ticks and what becomes of writes come on any thread.
class Repeating final : public grpc::ServerWriteReactor<proto::Word> {
 public:
  explicit Repeating(const proto::RepeatWordRequest& request) : phase_(request.phase()) {
    word_.set_word(request.word());
    StartSendInitialMetadata();
    MutexLock lock(mutex_);
    AwaitTick();
  }

  void OnWriteDone(bool ok) override {
    {
      MutexLock lock(mutex_);
      writing_ = false;
      if (!ok) left_ = true;
      if (!IsOver()) return;
    }
    Finish(grpc::Status::CANCELLED);
  }

  void OnCancel() override {
    {
      MutexLock lock(mutex_);
      left_ = true;
      alarm_->Cancel();
      if (!IsOver()) return;
    }
    Finish(grpc::Status::CANCELLED);
  }

  void OnDone() override { delete this; }

 private:
  // An alarm must not be set again while it goes off.
  void AwaitTick() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    waiting_ = true;
    alarm_ = std::make_unique<grpc::Alarm>();
    alarm_->Set(NextTick(gpr_now(GPR_CLOCK_MONOTONIC), phase_), [this](bool) { OnTick(); });
  }

  void OnTick() {
    {
      MutexLock lock(mutex_);
      waiting_ = false;
      if (!left_) return WriteAndAwaitTick();
      if (!IsOver()) return;
    }
    Finish(grpc::Status::CANCELLED);
  }

  // A client that is behind misses some.
  void WriteAndAwaitTick() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!writing_) {
      writing_ = true;
      StartWrite(&word_);
    }
    AwaitTick();
  }

  // True once, when nothing is under way any more. Finish follows without the mutex, as this may
  // be gone by its end.
  bool IsOver() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (!left_ || waiting_ || writing_ || finished_) return false;
    return finished_ = true;
  }

  const std::uint32_t phase_;
  proto::Word word_;
  Mutex mutex_;
  std::unique_ptr<grpc::Alarm> alarm_ ABSL_GUARDED_BY(mutex_);
  bool waiting_ ABSL_GUARDED_BY(mutex_) = false;  // for the alarm
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool left_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

grpc::ServerUnaryReactor* SendBack(Context* context, const Bytes* request, Bytes* reply) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  // A client may leave before its message is there, and gRPC ends a program that sends none.
  bool came = request->Valid();
  if (came) *reply = *request;
  reactor->Finish(came ? grpc::Status::OK : grpc::Status::CANCELLED);
  return reactor;
}

// Words and documents go back as the bytes that they came as.
class EchoService final
    : public proto::Echo::WithRawCallbackMethod_EchoWord<
          proto::Echo::WithRawCallbackMethod_EchoDocument<
              proto::Echo::WithCallbackMethod_RepeatWord<proto::Echo::Service>>> {
  grpc::ServerUnaryReactor* EchoWord(Context* context, const Bytes* request,
                                     Bytes* reply) override {
    return SendBack(context, request, reply);
  }
  grpc::ServerUnaryReactor* EchoDocument(Context* context, const Bytes* request,
                                         Bytes* reply) override {
    return SendBack(context, request, reply);
  }
  grpc::ServerWriteReactor<proto::Word>* RepeatWord(
      Context*, const proto::RepeatWordRequest* request) override {
    return new Repeating(*request);
  }
};

int Main(int argc, char** argv) {
  if (argc > 2) Fail("usage: triad_bench_echo [HOST:PORT]");
  EchoService service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.AddListeningPort(argc == 2 ? argv[1] : "127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) Fail("cannot listen");
  std::printf("serving 127.0.0.1:%d\n", port);
  std::fflush(stdout);
  server->Wait();
  return 0;
}

}  // namespace
}  // namespace triad::bench

int main(int argc, char** argv) { return triad::bench::Main(argc, argv); }
