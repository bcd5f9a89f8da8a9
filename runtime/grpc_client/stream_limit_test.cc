// A service's limit on concurrent streams, and calls that find all of them taken.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "runtime/base/testing/eventually.h"
#include "runtime/grpc_client/channel.h"
#include "runtime/grpc_client/testing/recording_observer.h"
#include "runtime/grpc_client/testing/scripted_server.h"

namespace triad::grpc_client {
namespace {

using ::testing::HasSubstr;
using Calls = std::vector<std::unique_ptr<RecordingObserver>>;

ScriptedReply Answer(const ScriptedRequest& request) {
  const std::string& path = request.headers.at(":path");
  ScriptedReply reply;
  reply.data = request.body;
  reply.silent = path == "/test.Echo/Hold";
  reply.hang_up = path == "/test.Echo/HangUp";
  return reply;
}

class StreamLimitTest : public testing::Test {
 protected:
  ~StreamLimitTest() override {
    held_.clear();
    RunOn(loop_, [&] { channel_.reset(); });
  }

  void Serve(std::uint32_t max_streams) {
    ScriptedServer::Options options;
    options.max_streams = max_streams;
    server_ = std::make_unique<ScriptedServer>(Answer, options);
    options_.target = server_->target() + other_target_;
    RunOn(loop_, [&] { channel_ = Channel::Create(loop_, options_); });
  }

  // The same, and the limit is known.
  void ServeAndMeet(std::uint32_t max_streams) {
    Serve(max_streams);
    EXPECT_EQ(Begin()->WaitDone().status, absl::OkStatus());
  }

  // Infinite for an endless call.
  std::unique_ptr<RecordingObserver> Begin(const std::string& path = "/test.Echo/Call",
                                           absl::Duration timeout = absl::Seconds(10)) {
    CallStart start;
    start.path = path;
    start.timeout = timeout;
    auto call = std::make_unique<RecordingObserver>(loop_, *channel_, std::move(start));
    call->Send("x");
    call->FinishSending();
    return call;
  }
  std::unique_ptr<RecordingObserver> BeginEndless() {
    return Begin("/test.Echo/Hold", absl::InfiniteDuration());
  }

  // Takes streams for good, one after the other.
  void Hold(int count) {
    for (int i = 0; i < count; ++i) {
      int before = server_->requests();
      held_.push_back(BeginEndless());
      ASSERT_TRUE(Eventually([&] { return server_->requests() > before; }));
    }
  }

  // Has no end yet, whatever is under way on the loop.
  bool Waits(RecordingObserver& call) {
    RunOn(loop_, [] {});
    return !call.seen().done;
  }

  ChannelOptions options_;
  std::string other_target_;  // beside the server's own
  EventLoop loop_{"test"};
  std::unique_ptr<ScriptedServer> server_;
  std::unique_ptr<Channel> channel_;
  Calls held_;
};

TEST_F(StreamLimitTest, AnotherConnectionIsMadeWhenEveryStreamIsTaken) {
  ServeAndMeet(2);
  Hold(2);
  EXPECT_EQ(Begin()->WaitDone().status, absl::OkStatus());
  EXPECT_EQ(server_->connections(), 2);
}

TEST_F(StreamLimitTest, AnAddressThatDoesNotServeIsNoWayOutOfAFullOne) {
  ScriptedServer::Options options;
  options.not_serving = true;
  ScriptedServer other(Answer, options);
  other_target_ = "," + other.target();
  Serve(1);
  // Until the first has spoken, calls may go to the other.
  ASSERT_TRUE(Eventually([&] {
    EXPECT_EQ(Begin()->WaitDone().status, absl::OkStatus());
    return server_->requests() > 0;
  }));
  Hold(1);
  int before = other.requests();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(Begin()->WaitDone().status, absl::OkStatus());
  EXPECT_EQ(other.requests(), before);
}

TEST_F(StreamLimitTest, AnEndlessCallFailsAtOnceWhenNoMoreConnectionsMayBeMade) {
  options_.max_connections = 3;
  ServeAndMeet(1);
  Hold(3);
  EXPECT_EQ(server_->connections(), 3);
  absl::Status refused = BeginEndless()->WaitDone().status;
  EXPECT_EQ(refused,
            absl::UnavailableError("test.Echo is unavailable: every stream to it is taken"));
  held_.pop_back();
  EXPECT_EQ(Begin()->WaitDone().status, absl::OkStatus());
  EXPECT_EQ(server_->connections(), 3);
}

TEST_F(StreamLimitTest, StreamsAreKeptForCallsThatEnd) {
  options_.max_connections = 1;
  ServeAndMeet(8);
  Hold(7);
  EXPECT_EQ(BeginEndless()->WaitDone().status.code(), absl::StatusCode::kUnavailable);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Begin()->WaitDone().status, absl::OkStatus());
}

TEST_F(StreamLimitTest, CallsWaitInABoundedQueue) {
  options_.max_connections = 1;
  options_.max_waiting_calls = 2;
  ServeAndMeet(1);
  Hold(1);
  auto first = Begin();
  auto second = Begin();
  absl::Status refused = Begin()->WaitDone().status;
  EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("too many calls wait for it"));
  EXPECT_TRUE(Waits(*first));
  held_.clear();
  EXPECT_EQ(first->WaitDone().status, absl::OkStatus());
  EXPECT_EQ(second->WaitDone().status, absl::OkStatus());
  EXPECT_EQ(server_->requests(), 4);
}

TEST_F(StreamLimitTest, ACallThatIsCancelledOrLateLeavesTheQueueAtOnce) {
  options_.max_connections = 1;
  options_.max_waiting_calls = 2;
  ServeAndMeet(1);
  Hold(1);
  auto cancelled = Begin();
  auto late = Begin("/test.Echo/Call", absl::Milliseconds(20));
  EXPECT_EQ(late->WaitDone().status.code(), absl::StatusCode::kDeadlineExceeded);
  cancelled->Cancel();
  auto first = Begin();
  auto second = Begin();
  EXPECT_TRUE(Waits(*first));
  EXPECT_TRUE(Waits(*second));
  held_.clear();
  EXPECT_EQ(first->WaitDone().status, absl::OkStatus());
  EXPECT_EQ(second->WaitDone().status, absl::OkStatus());
  EXPECT_EQ(server_->requests(), 4) << "those that left were never sent";
}

TEST_F(StreamLimitTest, ManyCallsShareAFewStreams) {
  Serve(1);  // which is known only when some calls are on their way already
  Calls calls;
  for (int i = 0; i < 50; ++i) calls.push_back(Begin());
  for (auto& call : calls) EXPECT_EQ(call->WaitDone().status, absl::OkStatus());
  EXPECT_LE(server_->connections(), 4);
}

TEST_F(StreamLimitTest, TheOtherConnectionsGoOnWhenOneIsLost) {
  ServeAndMeet(1);
  Hold(2);
  EXPECT_EQ(Begin("/test.Echo/HangUp")->WaitDone().status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(server_->connections(), 3);
  EXPECT_EQ(Begin()->WaitDone().status, absl::OkStatus());
  for (auto& call : held_) EXPECT_TRUE(Waits(*call));
}

}  // namespace
}  // namespace triad::grpc_client
