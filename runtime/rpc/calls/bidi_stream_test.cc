// Bidirectional streams, seen from the caller and from the Duplex.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <functional>
#include <stdexcept>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "runtime/base/mutex.h"
#include "runtime/rpc/testing/echo_service.h"
#include "runtime/rpc/testing/raw_call.h"
#include "runtime/rpc/testing/test_server.h"

namespace triad::rpc::testing {
namespace {

using EchoDuplex = Duplex<EchoRequest, EchoResponse>;
using Answer = absl::StatusOr<std::optional<EchoResponse>>;

// Gives back what it is sent, until the caller says that nothing follows. Some texts
// make it do something else.
class Parrot final : public EchoDuplex {
 public:
  struct State {
    std::atomic<int> running{0};  // Writes that run now
    std::atomic<int> writes{0};
    std::atomic<int> done{0};
    absl::Notification gone;
    absl::Notification entered;  // a Write of "wait" has begun
    absl::Notification release;  // and may go on
    absl::Notification held;     // nothing is wanted after a "hold"
    std::function<void()> wanted;
  };

  explicit Parrot(State& state) : state_(state) {}
  ~Parrot() override {
    EXPECT_EQ(state_.running.load(), 0);
    state_.gone.Notify();
  }

  absl::Status Write(const EchoRequest& request) override {
    EXPECT_EQ(state_.running.fetch_add(1), 0) << "two messages at a time";
    state_.writes.fetch_add(1);
    absl::Status status = Take(request.text());
    state_.running.fetch_sub(1);
    if (request.text() == "throw") throw std::runtime_error("the secret of the stack");
    return status;
  }

  void WhenWanted(std::function<void()> wanted) override {
    {
      MutexLock lock(mutex_);
      if (std::exchange(hold_, false) && !cancelled_) {
        state_.wanted = std::move(wanted);
        state_.held.Notify();
        return;
      }
    }
    wanted();
  }

  absl::Status WritesDone() override {
    state_.done.fetch_add(1);
    if (fail_at_the_end_) return absl::DataLossError("a part is missing");
    Push(std::nullopt);
    return absl::OkStatus();
  }

  void Next(Done done) override {
    Answer next;
    {
      MutexLock lock(mutex_);
      if (throw_next_) throw std::runtime_error("the secret of the stack");
      if (!cancelled_ && answers_.empty()) {
        waiting_ = std::move(done);
        return;
      }
      next = cancelled_ ? Answer(absl::UnavailableError("resume after 7")) : answers_.front();
      if (!cancelled_) answers_.pop_front();
    }
    done(std::move(next));
  }

  void Cancel() override {
    Done done;
    std::function<void()> wanted;
    {
      MutexLock lock(mutex_);
      cancelled_ = true;
      done = std::exchange(waiting_, nullptr);
      wanted = std::exchange(state_.wanted, nullptr);
    }
    if (wanted) wanted();
    if (done) done(absl::UnavailableError("resume after 7"));
  }

 private:
  absl::Status Take(const std::string& text) {
    if (text == "bad") return absl::InvalidArgumentError("text: is bad");
    if (text == "wait") {
      state_.entered.Notify();
      state_.release.WaitForNotification();
    }
    fail_at_the_end_ = text == "fail at the end";
    if (text == "hold") {
      MutexLock lock(mutex_);
      hold_ = true;
    }
    if (text == "throw next") {
      MutexLock lock(mutex_);
      throw_next_ = true;
    }
    if (text == "bye") {
      Push(std::nullopt);
    } else {
      EchoResponse response;
      response.set_text(text);
      Push(std::move(response));
    }
    return absl::OkStatus();
  }

  void Push(std::optional<EchoResponse> answer) {
    Done done;
    {
      MutexLock lock(mutex_);
      if (!waiting_) return answers_.push_back(std::move(answer));
      done = std::exchange(waiting_, nullptr);
    }
    done(std::move(answer));
  }

  State& state_;
  bool fail_at_the_end_ = false;
  Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool throw_next_ ABSL_GUARDED_BY(mutex_) = false;
  bool hold_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Answer> answers_ ABSL_GUARDED_BY(mutex_);
  Done waiting_ ABSL_GUARDED_BY(mutex_);
};

EchoHandlers Chatting(Parrot::State& state) {
  return {.chat = [&state](Call& call) -> absl::StatusOr<std::unique_ptr<EchoDuplex>> {
    call.SetHttpHeader("x-first", "yes");
    return std::make_unique<Parrot>(state);
  }};
}

struct ChatCall {
  explicit ChatCall(const TestServer& server) : stub(EchoService::NewStub(server.channel())) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    stream = stub->Chat(&context);
  }
  bool Say(const std::string& text) {
    EchoRequest request;
    request.set_text(text);
    return stream->Write(request);
  }
  std::string Hear() {
    EchoResponse response;
    return stream->Read(&response) ? response.text() : "the end";
  }
  std::unique_ptr<EchoService::Stub> stub;
  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReaderWriter<EchoRequest, EchoResponse>> stream;
};

TEST(BidiStreamTest, AnswersWhileTheCallerGoesOn) {
  Parrot::State state;
  TestServer server(Serving(Chatting(state)));
  ChatCall call(server);
  call.stream->WaitForInitialMetadata();
  EXPECT_EQ(call.context.GetServerInitialMetadata().count("http-header-x-first"), 1);
  for (const char* text : {"a", "", "c"}) {
    EXPECT_TRUE(call.Say(text));
    EXPECT_EQ(call.Hear(), text);
  }
  EXPECT_EQ(state.done.load(), 0);
  EXPECT_TRUE(call.stream->WritesDone());
  EXPECT_EQ(call.Hear(), "the end");
  EXPECT_TRUE(call.stream->Finish().ok());
  EXPECT_EQ(state.done.load(), 1);
  state.gone.WaitForNotification();
}

TEST(BidiStreamTest, KeepsTheOrderOfBothSidesAtOnce) {
  Parrot::State state;
  TestServer server(Serving(Chatting(state)));
  ChatCall call(server);
  constexpr int kCount = 2000;
  std::thread speaker([&] {
    for (int i = 0; i < kCount; ++i) EXPECT_TRUE(call.Say(absl::StrCat(i)));
    call.stream->WritesDone();
  });
  for (int i = 0; i < kCount; ++i) ASSERT_EQ(call.Hear(), absl::StrCat(i));
  EXPECT_EQ(call.Hear(), "the end");
  speaker.join();
  EXPECT_TRUE(call.stream->Finish().ok());
}

TEST(BidiStreamTest, TakesNoMessageBeforeTheOneBeforeIsTaken) {
  Parrot::State state;
  TestServer server(Serving(Chatting(state)));
  ChatCall call(server);
  EXPECT_TRUE(call.Say("first"));
  EXPECT_EQ(call.Hear(), "first");
  EXPECT_TRUE(call.Say("wait"));
  state.entered.WaitForNotification();
  EXPECT_TRUE(call.Say("second"));
  // Others are served meanwhile: the one that waits holds no thread of gRPC.
  for (int i = 0; i < 20; ++i) {
    grpc::ClientContext context;
    RawCall(server.channel(), context, "/triad.rpc.testing.EchoService/Watch", {"\xff"});
  }
  EXPECT_EQ(state.writes.load(), 2);
  state.release.Notify();
  EXPECT_EQ(call.Hear(), "wait");
  EXPECT_EQ(call.Hear(), "second");
  call.stream->WritesDone();
  EXPECT_EQ(call.Hear(), "the end");
  EXPECT_TRUE(call.stream->Finish().ok());
}

TEST(BidiStreamTest, ReadsTheNextMessageOnceItIsWanted) {
  Parrot::State state;
  TestServer server(Serving(Chatting(state)));
  ChatCall call(server);
  EXPECT_TRUE(call.Say("hold"));
  EXPECT_EQ(call.Hear(), "hold") << "it was taken";
  state.held.WaitForNotification();
  EXPECT_TRUE(call.Say("next"));
  EXPECT_EQ(state.writes.load(), 1);
  std::exchange(state.wanted, nullptr)();
  EXPECT_EQ(call.Hear(), "next");
  call.stream->WritesDone();
  EXPECT_EQ(call.Hear(), "the end");
  EXPECT_TRUE(call.stream->Finish().ok());
}

TEST(BidiStreamTest, EndsWhileNothingIsWanted) {
  Parrot::State state;
  TestServer server(Serving(Chatting(state)));
  ChatCall call(server);
  EXPECT_TRUE(call.Say("hold"));
  EXPECT_EQ(call.Hear(), "hold");
  state.held.WaitForNotification();
  call.context.TryCancel();
  EXPECT_EQ(call.stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  state.gone.WaitForNotification();
}

TEST(BidiStreamTest, EndsWhenTheHandlerHasNoMoreToSay) {
  Parrot::State state;
  TestServer server(Serving(Chatting(state)));
  ChatCall call(server);
  EXPECT_TRUE(call.Say("bye"));
  EXPECT_EQ(call.Hear(), "the end");
  EXPECT_TRUE(call.stream->Finish().ok());
  EXPECT_EQ(state.done.load(), 0);
  state.gone.WaitForNotification();
}

TEST(BidiStreamTest, EndsOnlyOnceAMessageIsTaken) {
  Parrot::State state;
  TestServer server(Serving(Chatting(state)));
  ChatCall call(server);
  EXPECT_TRUE(call.Say("wait"));
  state.entered.WaitForNotification();
  auto drained = std::thread([&] { EXPECT_TRUE(server.server->Drain(absl::Seconds(20)).ok()); });
  EXPECT_FALSE(state.gone.WaitForNotificationWithTimeout(absl::Milliseconds(50)));
  state.release.Notify();
  while (call.Hear() != "the end") {
  }
  EXPECT_EQ(call.stream->Finish().error_message(), "resume after 7");
  drained.join();
}

TEST(BidiStreamTest, EndsWithTheErrorOfTheHandler) {
  constexpr char kHidden[] = "internal error; the server's log says more";
  for (const auto& [text, code, message] :
       {std::tuple("bad", grpc::StatusCode::INVALID_ARGUMENT, "text: is bad"),
        std::tuple("fail at the end", grpc::StatusCode::DATA_LOSS, "a part is missing"),
        std::tuple("throw", grpc::StatusCode::INTERNAL, kHidden),
        std::tuple("throw next", grpc::StatusCode::INTERNAL, kHidden)}) {
    Parrot::State state;
    TestServer server(Serving(Chatting(state)));
    ChatCall call(server);
    EXPECT_TRUE(call.Say("a"));
    EXPECT_EQ(call.Hear(), "a");
    EXPECT_TRUE(call.Say(text));
    if (absl::StrContains(text, "end")) call.stream->WritesDone();
    while (call.Hear() != "the end") {
    }
    grpc::Status status = call.stream->Finish();
    EXPECT_EQ(status.error_code(), code) << text;
    EXPECT_EQ(status.error_message(), message);
    state.gone.WaitForNotification();
  }
}

TEST(BidiStreamTest, PassesOnWhyItWasNotOpened) {
  for (bool throws : {false, true}) {
    TestServer server(
        Serving({.chat = [throws](Call& call) -> absl::StatusOr<std::unique_ptr<EchoDuplex>> {
          if (throws) throw std::runtime_error("disk");
          call.SetHttpStatus(409);
          return absl::AbortedError("taken");
        }}));
    ChatCall call(server);
    EXPECT_EQ(call.Hear(), "the end");
    EXPECT_EQ(call.stream->Finish().error_code(),
              throws ? grpc::StatusCode::INTERNAL : grpc::StatusCode::ABORTED);
    EXPECT_EQ(call.context.GetServerTrailingMetadata().count("http-status"), throws ? 0 : 1);
  }
}

TEST(BidiStreamTest, TakesAMalformedMessageForAnErrorNotForTheEnd) {
  Parrot::State state;
  TestServer server(Serving(Chatting(state)));
  EchoRequest request;
  request.set_text("a");
  grpc::ClientContext context;
  RawReply reply = RawCall(server.channel(), context, "/triad.rpc.testing.EchoService/Chat",
                           {request.SerializeAsString(), "\x0a\x05!"});
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(reply.status.error_message(), "request: is not a valid triad.rpc.testing.EchoRequest");
  EXPECT_EQ(state.done.load(), 0);
}

TEST(BidiStreamTest, EndsWithTheHandlersWordsWhenTheServerDrains) {
  Parrot::State state;
  TestServer server(Serving(Chatting(state)));
  ChatCall call(server);
  call.stream->WaitForInitialMetadata();
  EXPECT_TRUE(server.server->Drain(absl::Seconds(20)).ok());
  EXPECT_EQ(call.Hear(), "the end");
  grpc::Status status = call.stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "resume after 7");
}

TEST(BidiStreamTest, IsCancelledWhenTheCallerLeaves) {
  Parrot::State state;
  TestServer server(Serving(Chatting(state)));
  ChatCall call(server);
  EXPECT_TRUE(call.Say("a"));
  EXPECT_EQ(call.Hear(), "a");
  call.context.TryCancel();
  EXPECT_EQ(call.stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  state.gone.WaitForNotification();
  EXPECT_EQ(state.done.load(), 0);
}

// Many rounds, so that the end of one side meets every step of the other.
TEST(BidiStreamTest, SurvivesACallerThatLeavesAtAnyTime) {
  constexpr const char* kTexts[] = {"a", "bad", "bye", "throw", "throw next", "hold"};
  for (int round = 0; round < 200; ++round) {
    std::deque<Parrot::State> states(std::size(kTexts));
    std::atomic<std::size_t> next{0};
    TestServer server(Serving({.chat = [&](Call&) -> absl::StatusOr<std::unique_ptr<EchoDuplex>> {
      return std::make_unique<Parrot>(states[next.fetch_add(1)]);
    }}));
    std::deque<ChatCall> calls;
    for (std::size_t i = 0; i < states.size(); ++i) {
      ChatCall& call = calls.emplace_back(server);
      for (int j = 0; j < 3; ++j) call.Say("a");
      call.Say(kTexts[i]);
      if (round % 2 == 0) call.Say("a");
      if (round % 3 == 0) call.Hear();
      if (round % 5 == 0) call.stream->WritesDone();
    }
    for (ChatCall& call : calls) call.context.TryCancel();
    for (ChatCall& call : calls) call.stream->Finish();
    server.server.reset();
    for (std::size_t i = 0; i < next.load(); ++i) {
      ASSERT_TRUE(states[i].gone.HasBeenNotified()) << "round " << round;
    }
  }
}

}  // namespace
}  // namespace triad::rpc::testing
