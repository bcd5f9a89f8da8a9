#include "runtime/rpc/admission/answer_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "runtime/base/memory_budget.h"
#include "runtime/base/mutex.h"
#include "runtime/base/testing/eventually.h"
#include "runtime/rpc/admission/call_context.h"
#include "runtime/rpc/testing/echo_service.h"
#include "runtime/rpc/testing/test_server.h"

namespace triad::rpc::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kMiB = 1024 * 1024;

EchoResponse Answer(std::size_t bytes) {
  EchoResponse response;
  response.set_text(std::string(bytes, 'x'));
  return response;
}

// One large message, and no end until it is cancelled.
class OneAnswer final : public Source<EchoResponse> {
 public:
  explicit OneAnswer(std::size_t bytes) : bytes_(bytes) {}

  void Next(Done done) override {
    if (bytes_ > 0) return done(Answer(std::exchange(bytes_, 0)));
    {
      MutexLock lock(mutex_);
      if (!cancelled_) done_ = std::exchange(done, nullptr);
    }
    if (done) done(CallerLeft());
  }
  void Cancel() override {
    Done done;
    {
      MutexLock lock(mutex_);
      cancelled_ = true;
      done = std::exchange(done_, nullptr);
    }
    if (done) done(CallerLeft());
  }

 private:
  std::size_t bytes_;
  Mutex mutex_;
  Done done_ ABSL_GUARDED_BY(mutex_);
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
};

class AnswerMemoryTest : public ::testing::Test {
 protected:
  // A caller that reads only when it is told to.
  struct Caller {
    explicit Caller(TestServer& server)
        : stub(EchoService::NewStub(Channel(server))),
          reader(stub->Watch(&context, EchoRequest())) {}
    ~Caller() {
      if (reader == nullptr) return;
      context.TryCancel();
      End();
    }
    grpc::StatusCode End() { return std::exchange(reader, nullptr)->Finish().error_code(); }

    // Takes 64 KiB of each message before it is read.
    static std::shared_ptr<grpc::Channel> Channel(const TestServer& server) {
      grpc::ChannelArguments arguments;
      arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
      arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 64 * 1024);
      return grpc::CreateCustomChannel(server.address(), grpc::InsecureChannelCredentials(),
                                       arguments);
    }

    std::unique_ptr<EchoService::Stub> stub;
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<EchoResponse>> reader;
  };

  grpc::Status Put() {
    grpc::ClientContext context;
    EchoResponse response;
    return EchoService::NewStub(server_.channel())->Put(&context, EchoRequest(), &response);
  }

  std::atomic<int> seconds_ = 1;
  MemoryBudget budget_{
      4 * kMiB, [this] { return MemoryBudget::Time(std::chrono::seconds(seconds_.load())); }};
  TestServer server_{Serving({.put = [](Call&, const EchoRequest&) { return Answer(kMiB); },
                              .watch = [](Call&, const EchoRequest&)
                                  -> absl::StatusOr<std::unique_ptr<Source<EchoResponse>>> {
                                return std::make_unique<OneAnswer>(5 * kMiB / 2);
                              }}),
                     {.answers = &budget_}};
};

TEST_F(AnswerMemoryTest, AnAnswerIsHeldUntilItIsTaken) {
  Caller caller(server_);
  ASSERT_TRUE(Eventually([&] { return budget_.used() > 2 * kMiB; }));
  EchoResponse response;
  EXPECT_TRUE(caller.reader->Read(&response));
  EXPECT_TRUE(Eventually([&] { return budget_.used() == 0; }));
}

TEST_F(AnswerMemoryTest, WhatIsSerializedAlreadyIsHeldToo) {
  auto text = std::make_shared<std::string>(kMiB / 2, 'x');
  std::weak_ptr<std::string> watched = text;
  absl::string_view half = absl::string_view(*text).substr(kMiB / 4);
  EncodedBytes message{std::move(text), {half, half}};
  grpc::ByteBuffer bytes;
  ASSERT_EQ(SerializeHeld(
                message, budget_, "peer", [] {}, bytes),
            absl::OkStatus());
  message = {};
  EXPECT_EQ(budget_.used(), kMiB / 2);
  EXPECT_EQ(bytes.Length(), kMiB / 2);
  EXPECT_FALSE(watched.expired());
  bytes.Clear();
  EXPECT_EQ(budget_.used(), 0u);
  EXPECT_TRUE(watched.expired());
}

TEST_F(AnswerMemoryTest, ACallThatEndsHoldsNothing) {
  {
    Caller caller(server_);
    ASSERT_TRUE(Eventually([&] { return budget_.used() > 2 * kMiB; }));
  }
  EXPECT_TRUE(Eventually([&] { return budget_.used() == 0; }));
  EXPECT_TRUE(Put().ok());
  EXPECT_TRUE(Eventually([&] { return budget_.used() == 0; }));
}

TEST_F(AnswerMemoryTest, WhatDoesNotFitIsUnavailableUntilSlowCallersAreEnded) {
  Caller caller(server_);
  ASSERT_TRUE(Eventually([&] { return budget_.used() > 2 * kMiB; }));
  grpc::Status refused = Put();
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(refused.error_message(), HasSubstr("(--memory_budget_bytes); try again"));
  seconds_ = 100;
  EXPECT_TRUE(Put().ok());
  EXPECT_EQ(budget_.ended(), 1u);
  EchoResponse response;
  while (caller.reader->Read(&response)) continue;
  EXPECT_EQ(caller.End(), grpc::StatusCode::CANCELLED);
}

TEST_F(AnswerMemoryTest, StreamsGiveLessTheMoreIsHeld) {
  EXPECT_EQ(RoomForAnswer(budget_, kMiB), 3 * kMiB / 64);
  Caller caller(server_);
  ASSERT_TRUE(Eventually([&] { return budget_.used() > 2 * kMiB; }));
  EXPECT_LT(RoomForAnswer(budget_, kMiB), 3 * kMiB / 64 / 2);
  EXPECT_GE(RoomForAnswer(budget_, kMiB), 3 * 1024u);
  EXPECT_EQ(RoomForAnswer(budget_, 100), 100u);
}

}  // namespace
}  // namespace triad::rpc::testing
