// The channel against the gRPC server that services use.
#include <gmock/gmock.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <gtest/gtest.h>

#include <atomic>

#include "absl/strings/str_cat.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/testing/eventually.h"
#include "runtime/grpc_client/build_client.h"
#include "runtime/grpc_client/channel.h"
#include "runtime/grpc_client/health_client.h"
#include "runtime/grpc_client/testing/recording_observer.h"

namespace triad::grpc_client {
namespace {

using ::testing::Contains;
using ::testing::Pair;

constexpr std::size_t kFloodMessage = 64 * 1024;

grpc::ByteBuffer Buffer(const std::string& text) {
  grpc::Slice slice(text);
  return grpc::ByteBuffer(&slice, 1);
}

struct Counts {
  std::atomic<int> calls{0};
  std::atomic<int> flooded{0};
  std::atomic<int> cancelled{0};
};

// /Echo: each message comes back. /Flood: messages without end. /Fail: an error
// with details. /Wait: nothing until it is cancelled.
class Reactor : public grpc::ServerGenericBidiReactor {
 public:
  Reactor(grpc::GenericCallbackServerContext* context, Counts& counts)
      : path_(context->method()), counts_(counts) {
    ++counts_.calls;
    if (path_ == "/test.Test/Fail") {
      context->AddInitialMetadata("x-early", "1");
      context->AddTrailingMetadata("x-late-bin", std::string("\0\xff", 2));
      Finish(grpc::Status(grpc::StatusCode::ABORTED, "line 1\nlíne 2", "details"));
    } else if (path_ == "/test.Test/Flood") {
      Write();
    } else {
      StartRead(&in_);
    }
  }

  void OnReadDone(bool ok) override {
    if (path_ == "/test.Test/Wait") return;  // OnCancel ends it
    if (!ok) return Finish(grpc::Status::OK);
    out_ = in_;
    StartWrite(&out_);
  }
  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    if (path_ != "/test.Test/Flood") return StartRead(&in_);
    ++counts_.flooded;
    Write();
  }
  void OnCancel() override {
    ++counts_.cancelled;
    if (path_ == "/test.Test/Wait") Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  void Write() {
    out_ = Buffer(std::string(kFloodMessage, 'f'));
    StartWrite(&out_);
  }

  const std::string path_;
  Counts& counts_;
  grpc::ByteBuffer in_;
  grpc::ByteBuffer out_;
};

class Service : public grpc::CallbackGenericService {
 public:
  explicit Service(Counts& counts) : counts_(counts) {}
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Reactor(context, counts_);
  }

 private:
  Counts& counts_;
};

class GrpcServerTest : public testing::Test {
 protected:
  GrpcServerTest() {
    grpc::EnableDefaultHealthCheckService(true);
    StartServer();
    ChannelOptions options;
    options.target = absl::StrCat("127.0.0.1:", port_);
    RunOn(loop_, [&] { channel_ = Channel::Create(loop_, options); });
  }
  ~GrpcServerTest() override {
    RunOn(loop_, [&] { channel_.reset(); });
  }

  void StartServer() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(absl::StrCat("127.0.0.1:", port_), grpc::InsecureServerCredentials(),
                             &port_);
    service_ = std::make_unique<Service>(counts_);
    builder.RegisterCallbackGenericService(service_.get());
    builder.SetMaxReceiveMessageSize(-1);
    server_ = builder.BuildAndStart();
  }
  void StopServer() {
    server_->Shutdown(std::chrono::system_clock::now());
    server_.reset();
  }

  std::unique_ptr<RecordingObserver> Begin(const std::string& method, bool pull_all = true) {
    CallStart start;
    start.path = absl::StrCat("/test.Test/", method);
    return std::make_unique<RecordingObserver>(loop_, *channel_, std::move(start), pull_all);
  }
  RecordingObserver::Seen Once(const std::string& method, std::string request) {
    auto call = Begin(method);
    call->Send(std::move(request));
    call->FinishSending();
    call->WaitDone();
    return call->seen();
  }
  Counts counts_;
  std::unique_ptr<Service> service_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  EventLoop loop_{"test"};
  std::unique_ptr<Channel> channel_;
};

TEST_F(GrpcServerTest, CarriesMessagesOfEverySize) {
  for (std::size_t size : {0u, 1u, 16384u, 300000u, 5000000u}) {
    auto seen = Once("Echo", std::string(size, 'm'));
    EXPECT_EQ(seen.result.status, absl::OkStatus());
    ASSERT_EQ(seen.messages.size(), 1u) << size;
    EXPECT_EQ(seen.messages[0], std::string(size, 'm'));
  }
}

TEST_F(GrpcServerTest, CarriesStatusDetailsAndMetadata) {
  auto seen = Once("Fail", "x");
  EXPECT_EQ(seen.result.status, absl::AbortedError("line 1\nlíne 2"));
  EXPECT_EQ(seen.result.details, "details");
  EXPECT_THAT(seen.metadata, Contains(Pair("x-early", "1")));
  EXPECT_THAT(seen.result.trailers, Contains(Pair("x-late-bin", std::string("\0\xff", 2))));
}

TEST_F(GrpcServerTest, AStreamGoesBothWays) {
  auto call = Begin("Echo");
  for (int i = 0; i < 20; ++i) {
    call->Send(absl::StrCat("message ", i));
    EXPECT_TRUE(call->WaitUntil([&](const auto& seen) { return seen.messages.size() == i + 1u; }));
  }
  call->FinishSending();
  EXPECT_EQ(call->WaitDone().status, absl::OkStatus());
}

TEST_F(GrpcServerTest, WhatIsNotPulledStaysInTheServiceAndHoldsNobodyElseUp) {
  auto slow = Begin("Flood", false);
  // The server's count of writes stops, with windows and buffers full.
  int before = -1;
  Countdown countdown(absl::Seconds(5));
  while (before != counts_.flooded && !countdown.over()) {
    before = counts_.flooded;
    EXPECT_EQ(Once("Echo", "beside it").result.status, absl::OkStatus());
  }
  EXPECT_LT(before * kFloodMessage, 2u << 20);
  EXPECT_TRUE(slow->seen().messages.empty());
  // Pulling lets as much more come, and no more.
  for (int i = 1; i <= 100; ++i) {
    slow->Pull();
    ASSERT_TRUE(slow->WaitUntil([&](const auto& seen) { return seen.messages.size() >= i + 0u; }));
  }
  EXPECT_EQ(slow->seen().messages.size(), 100u);
  EXPECT_LT(counts_.flooded * kFloodMessage, 100 * kFloodMessage + (2u << 20));
}

TEST_F(GrpcServerTest, LeavingCancelsInTheServiceWithinASecond) {
  auto call = Begin("Wait");
  call->Send("x");
  EXPECT_TRUE(Once("Echo", "it has arrived").result.status.ok());
  Stopwatch since_cancel;
  call->Cancel();
  EXPECT_TRUE(Eventually([&] { return counts_.cancelled > 0; }));
  EXPECT_LT(since_cancel.elapsed(), absl::Seconds(1));
}

TEST_F(GrpcServerTest, ABigUploadIsHeldBackByAServiceThatDoesNotRead) {
  auto call = Begin("Wait");
  int sent = 0;
  while (sent < 1000 && call->SendAndWait(std::string(65536, 'u'), absl::Milliseconds(200))) {
    ++sent;
  }
  EXPECT_LT(sent, 400);
}

TEST_F(GrpcServerTest, AServiceThatReturnsIsUsedWithinTwoSeconds) {
  EXPECT_TRUE(Once("Echo", "x").result.status.ok());
  StopServer();
  EXPECT_TRUE(Eventually([&] { return !Once("Echo", "x").result.status.ok(); }));
  EXPECT_EQ(Once("Echo", "x").result.status.code(), absl::StatusCode::kUnavailable);
  StartServer();
  Stopwatch since_back;
  EXPECT_TRUE(Eventually([&] { return Once("Echo", "x").result.status.ok(); }));
  EXPECT_LT(since_back.elapsed(), absl::Seconds(2));
}

// One of several servers behind a target.
struct Replica {
  Replica() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterCallbackGenericService(&service);
    server = builder.BuildAndStart();
  }
  ~Replica() { server->Shutdown(std::chrono::system_clock::now()); }
  void SetServing(bool serving) { server->GetHealthCheckService()->SetServingStatus(serving); }

  Counts counts;
  Service service{counts};
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

TEST_F(GrpcServerTest, AReplicaThatSaysItDoesNotServeGetsNoCalls) {
  Replica first, second;
  ChannelOptions options;
  options.target = absl::StrCat("127.0.0.1:", first.port, ",127.0.0.1:", second.port);
  RunOn(loop_, [&] { channel_ = Channel::Create(loop_, options); });
  // Calls until both, or only one, of them get their share of ten.
  auto shares = [&](int of_first, int of_second) {
    return Eventually([&] {
      int before_first = first.counts.calls, before_second = second.counts.calls;
      for (int i = 0; i < 10; ++i) EXPECT_TRUE(Once("Echo", "x").result.status.ok());
      return first.counts.calls == before_first + of_first &&
             second.counts.calls == before_second + of_second;
    });
  };
  EXPECT_TRUE(shares(5, 5));
  first.SetServing(false);
  EXPECT_TRUE(shares(0, 10));
  // Where nobody serves, an answer is better than none.
  second.SetServing(false);
  EXPECT_TRUE(Once("Echo", "x").result.status.ok());
  first.SetServing(true);
  EXPECT_TRUE(shares(10, 0));
  second.SetServing(true);
  EXPECT_TRUE(shares(5, 5));
}

TEST_F(GrpcServerTest, HealthTellsServingNotServingAndUnreachable) {
  std::unique_ptr<HealthClient> client;
  RunOn(loop_,
        [&] { client = std::make_unique<HealthClient>(std::vector<Channel*>{channel_.get()}); });
  auto check = [&] {
    std::promise<std::vector<TargetHealth>> answer;
    RunOn(loop_, [&] {
      client->Check([&](const std::vector<TargetHealth>& health) { answer.set_value(health); });
    });
    return answer.get_future().get().at(0);
  };
  EXPECT_EQ(check().status, "SERVING");
  EXPECT_TRUE(check().serving);
  server_->GetHealthCheckService()->SetServingStatus(false);
  EXPECT_EQ(check().status, "NOT_SERVING");
  EXPECT_FALSE(check().serving);
  StopServer();
  EXPECT_TRUE(Eventually([&] { return check().status == "UNREACHABLE"; }));
  RunOn(loop_, [&] { client.reset(); });
}

TEST_F(GrpcServerTest, WhoDoesNotTellItsBuildHasNone) {
  std::unique_ptr<BuildClient> client;
  RunOn(loop_,
        [&] { client = std::make_unique<BuildClient>(std::vector<Channel*>{channel_.get()}); });
  std::promise<std::vector<TargetBuild>> answer;
  RunOn(loop_, [&] {
    client->Ask([&](const std::vector<TargetBuild>& builds) { answer.set_value(builds); });
  });
  TargetBuild build = answer.get_future().get().at(0);
  EXPECT_EQ(build.target, channel_->target());
  EXPECT_EQ(build.commit, "");
  EXPECT_EQ(build.version, "");
  RunOn(loop_, [&] { client.reset(); });
}

}  // namespace
}  // namespace triad::grpc_client
