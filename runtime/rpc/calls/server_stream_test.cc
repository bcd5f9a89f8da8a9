// Server streams, seen from the caller and from the Source.
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "runtime/base/mutex.h"
#include "runtime/rpc/testing/echo_service.h"
#include "runtime/rpc/testing/test_server.h"

namespace triad::rpc::testing {
namespace {

using Answer = absl::StatusOr<std::optional<EchoResponse>>;
using EchoSource = Source<EchoResponse>;

EchoResponse Text(absl::string_view text) {
  EchoResponse response;
  response.set_text(std::string(text));
  return response;
}

// Gives what the test pushes; ends UNAVAILABLE when cancelled.
class ManualSource final : public EchoSource {
 public:
  struct State {
    Mutex mutex;
    CondVar changed;
    EchoSource::Done waiting ABSL_GUARDED_BY(mutex);
    std::function<void()> break_off ABSL_GUARDED_BY(mutex);
    bool cancelled ABSL_GUARDED_BY(mutex) = false;
    bool destroyed ABSL_GUARDED_BY(mutex) = false;

    // Answers the Next that waits, once there is one.
    void Push(Answer next) {
      EchoSource::Done done;
      {
        MutexLock lock(mutex);
        while (!waiting) changed.Wait(mutex);
        done = std::exchange(waiting, nullptr);
      }
      done(std::move(next));
    }
    void BreakOff() {
      std::function<void()> call;
      {
        MutexLock lock(mutex);
        call = break_off;
      }
      call();
    }
    void AwaitDestroyed() {
      MutexLock lock(mutex);
      while (!destroyed) changed.Wait(mutex);
    }
  };

  explicit ManualSource(std::shared_ptr<State> state) : state_(std::move(state)) {}
  ~ManualSource() override {
    MutexLock lock(state_->mutex);
    state_->destroyed = true;
    state_->changed.NotifyAll();
  }
  void Opened(std::function<void()>&& break_off) override {
    MutexLock lock(state_->mutex);
    state_->break_off = std::move(break_off);
  }
  void Next(Done done) override {
    {
      MutexLock lock(state_->mutex);
      if (!state_->cancelled) {
        state_->waiting = std::move(done);
        state_->changed.NotifyAll();
        return;
      }
    }
    done(absl::UnavailableError("resume after 7"));
  }
  void Cancel() override {
    Done done;
    {
      MutexLock lock(state_->mutex);
      state_->cancelled = true;
      done = std::exchange(state_->waiting, nullptr);
    }
    if (done) done(absl::UnavailableError("resume after 7"));
  }

 private:
  const std::shared_ptr<State> state_;  // also the test's
};

EchoHandlers Watching(const std::shared_ptr<ManualSource::State>& state) {
  return {.watch = [state](Call& call,
                           const EchoRequest&) -> absl::StatusOr<std::unique_ptr<EchoSource>> {
    call.SetHttpHeader("x-first", "yes");
    return std::make_unique<ManualSource>(state);
  }};
}

struct WatchCall {
  explicit WatchCall(const TestServer& server) : stub(EchoService::NewStub(server.channel())) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    reader = stub->Watch(&context, EchoRequest());
  }
  std::unique_ptr<EchoService::Stub> stub;
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReader<EchoResponse>> reader;
  EchoResponse response;
};

TEST(ServerStreamTest, SendsInitialMetadataBeforeAnyMessage) {
  auto state = std::make_shared<ManualSource::State>();
  TestServer server(Serving(Watching(state)));
  WatchCall call(server);
  call.reader->WaitForInitialMetadata();
  EXPECT_EQ(call.context.GetServerInitialMetadata().count("http-header-x-first"), 1);
  state->Push(std::nullopt);
  EXPECT_TRUE(call.reader->Finish().ok());
}

TEST(ServerStreamTest, SendsMessagesInOrderUntilTheEnd) {
  auto state = std::make_shared<ManualSource::State>();
  TestServer server(Serving(Watching(state)));
  WatchCall call(server);
  for (const char* text : {"a", "b", "c"}) {
    state->Push(Text(text));
    ASSERT_TRUE(call.reader->Read(&call.response));
    EXPECT_EQ(call.response.text(), text);
  }
  state->Push(absl::OutOfRangeError("floor is 5"));
  EXPECT_FALSE(call.reader->Read(&call.response));
  grpc::Status status = call.reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(status.error_message(), "floor is 5");
  state->AwaitDestroyed();
}

TEST(ServerStreamTest, CancelsTheSourceWhenTheCallerLeaves) {
  auto state = std::make_shared<ManualSource::State>();
  TestServer server(Serving(Watching(state)));
  WatchCall call(server);
  call.reader->WaitForInitialMetadata();
  call.context.TryCancel();
  state->AwaitDestroyed();
  MutexLock lock(state->mutex);
  EXPECT_TRUE(state->cancelled);
}

TEST(ServerStreamTest, EndsWithTheSourcesWordsWhenTheServerDrains) {
  auto state = std::make_shared<ManualSource::State>();
  TestServer server(Serving(Watching(state)));
  WatchCall call(server);
  call.reader->WaitForInitialMetadata();
  EXPECT_TRUE(server.server->Drain(absl::Seconds(20)).ok());
  EXPECT_FALSE(call.reader->Read(&call.response));
  grpc::Status status = call.reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "resume after 7");
}

TEST(ServerStreamTest, MayBeBrokenOffWhileAMessageIsNotRead) {
  auto state = std::make_shared<ManualSource::State>();
  TestServer server(Serving(Watching(state)));
  WatchCall call(server);
  call.reader->WaitForInitialMetadata();
  state->Push(Text(std::string(2 << 20, 'x')));
  state->BreakOff();
  state->AwaitDestroyed();
  while (call.reader->Read(&call.response)) continue;
  EXPECT_EQ(call.reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  state->BreakOff();  // there is nothing left to break off
}

TEST(ServerStreamTest, PassesOnWhyItWasNotOpened) {
  TestServer server(Serving(
      {.watch = [](Call& call, const EchoRequest&) -> absl::StatusOr<std::unique_ptr<EchoSource>> {
        call.SetHttpStatus(416);
        return absl::OutOfRangeError("no such range");
      }}));
  WatchCall call(server);
  EXPECT_FALSE(call.reader->Read(&call.response));
  EXPECT_EQ(call.reader->Finish().error_code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(call.context.GetServerTrailingMetadata().count("http-status"), 1);
}

class CountingSource final : public BlockingSource<EchoResponse> {
 public:
  CountingSource(Executor& executor, int count) : BlockingSource(executor), count_(count) {}
  Answer Read() override {
    if (given_ == count_) return std::nullopt;
    if (count_ < 0) throw std::runtime_error("disk");
    return Text(absl::StrCat(given_++));
  }

 private:
  const int count_;
  int given_ = 0;
};

grpc::Status ReadAll(const TestServer& server, std::vector<std::string>& texts) {
  WatchCall call(server);
  while (call.reader->Read(&call.response)) texts.push_back(call.response.text());
  return call.reader->Finish();
}

TEST(BlockingSourceTest, ReadsOnTheExecutor) {
  for (int count : {0, 3, -1}) {
    Executor* executor = nullptr;
    TestServer server(Serving({.watch = [&executor, count](Call&, const EchoRequest&)
                                   -> absl::StatusOr<std::unique_ptr<EchoSource>> {
      return std::make_unique<CountingSource>(*executor, count);
    }}));
    executor = &server.executor;
    std::vector<std::string> texts;
    grpc::Status status = ReadAll(server, texts);
    EXPECT_EQ(status.error_code(), count < 0 ? grpc::INTERNAL : grpc::OK);
    EXPECT_EQ(texts.size(), static_cast<std::size_t>(std::max(count, 0)));
  }
}

}  // namespace
}  // namespace triad::rpc::testing
