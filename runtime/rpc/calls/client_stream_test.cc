// Client streams, seen from the caller and from the Sink.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "runtime/rpc/testing/echo_service.h"
#include "runtime/rpc/testing/raw_call.h"
#include "runtime/rpc/testing/test_server.h"

namespace triad::rpc::testing {
namespace {

using ::testing::ElementsAre;

using EchoSink = Sink<EchoRequest, EchoResponse>;

EchoResponse Text(absl::string_view text) {
  EchoResponse response;
  response.set_text(std::string(text));
  return response;
}

// Joins the texts; notes what happened to it.
class JoiningSink final : public EchoSink {
 public:
  struct State {
    std::atomic<int> writes{0};
    std::atomic<int> finished{0};
    std::atomic<int> destroyed{0};
    absl::Notification first_write;
    absl::Notification gone;
  };
  explicit JoiningSink(State& state) : state_(state) {}
  ~JoiningSink() override {
    if (state_.destroyed.fetch_add(1) == 0) state_.gone.Notify();
  }
  absl::Status Write(const EchoRequest& request) override {
    if (state_.writes.fetch_add(1) == 0) state_.first_write.Notify();
    if (request.text() == "bad") return absl::InvalidArgumentError("text: is bad");
    joined_ += request.text();
    return absl::OkStatus();
  }
  absl::StatusOr<EchoResponse> Finish() override {
    state_.finished.fetch_add(1);
    return Text(joined_);
  }

 private:
  State& state_;
  std::string joined_;
};

EchoHandlers Collecting(JoiningSink::State& state) {
  return {.collect = [&state](Call& call) -> absl::StatusOr<std::unique_ptr<EchoSink>> {
    call.SetHttpStatus(201);
    return std::make_unique<JoiningSink>(state);
  }};
}

RawReply Collect(const TestServer& server, const std::vector<std::string>& messages) {
  grpc::ClientContext context;
  return RawCall(server.channel(), context, "/triad.rpc.testing.EchoService/Collect", messages);
}

std::string Wire(const std::string& text) {
  EchoRequest request;
  request.set_text(text);
  return request.SerializeAsString();
}

TEST(ClientStreamTest, WritesInOrderThenFinishes) {
  JoiningSink::State state;
  TestServer server(Serving(Collecting(state)));
  RawReply reply = Collect(server, {Wire("a"), Wire(""), Wire("b"), Wire("c")});
  EXPECT_TRUE(reply.status.ok());
  EXPECT_THAT(reply.messages, ElementsAre(Text("abc").SerializeAsString()));
  EXPECT_EQ(state.writes.load(), 4);
  EXPECT_EQ(state.destroyed.load(), 1);
}

// Does not end its first Write before it is told to.
class SlowSink final : public EchoSink {
 public:
  struct State {
    absl::Notification first_write;
    absl::Notification go_on;
    std::atomic<bool> told{false};
  };
  explicit SlowSink(State& state) : state_(state) {}
  absl::Status Write(const EchoRequest&) override {
    if (state_.first_write.HasBeenNotified()) return absl::OkStatus();
    state_.first_write.Notify();
    state_.told = state_.go_on.WaitForNotificationWithTimeout(absl::Seconds(20));
    return absl::OkStatus();
  }
  absl::StatusOr<EchoResponse> Finish() override { return Text("done"); }

 private:
  State& state_;
};

TEST(ClientStreamTest, TheNextMessageComesInWhileOneIsWritten) {
  SlowSink::State state;
  TestServer server(Serving({.collect = [&](Call&) -> absl::StatusOr<std::unique_ptr<EchoSink>> {
    return std::make_unique<SlowSink>(state);
  }}));
  auto stub = EchoService::NewStub(server.channel());
  grpc::ClientContext context;
  EchoResponse response;
  auto writer = stub->Collect(&context, &response);
  EchoRequest request;
  ASSERT_TRUE(writer->Write(request));
  state.first_write.WaitForNotification();
  // More than a stream takes in that nobody reads.
  request.set_text(std::string(1 << 20, 'x'));
  ASSERT_TRUE(writer->Write(request));
  state.go_on.Notify();
  writer->WritesDone();
  EXPECT_TRUE(writer->Finish().ok());
  EXPECT_EQ(response.text(), "done");
  EXPECT_TRUE(state.told) << "it went out only once the first one was written";
}

TEST(ClientStreamTest, AnEmptyStreamFinishesToo) {
  JoiningSink::State state;
  TestServer server(Serving(Collecting(state)));
  EXPECT_TRUE(Collect(server, {}).status.ok());
  EXPECT_EQ(state.finished.load(), 1);
}

TEST(ClientStreamTest, EndsEarlyWithTheErrorOfAWrite) {
  JoiningSink::State state;
  TestServer server(Serving(Collecting(state)));
  RawReply reply = Collect(server, {Wire("a"), Wire("bad"), Wire("b")});
  EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(state.finished.load(), 0);
  EXPECT_EQ(state.destroyed.load(), 1);
}

TEST(ClientStreamTest, TakesAMalformedMessageForAnErrorNotForTheEnd) {
  JoiningSink::State state;
  TestServer server(Serving(Collecting(state)));
  for (const auto& [bytes, message] : {std::pair("\x0a\x05"
                                                 "a",
                                                 "request: is not a valid "
                                                 "triad.rpc.testing.EchoRequest"),
                                       std::pair("\x0a\x01\xff", "text: must be valid UTF-8")}) {
    RawReply reply = Collect(server, {Wire("a"), bytes});
    EXPECT_EQ(reply.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(reply.status.error_message(), message);
  }
  EXPECT_EQ(state.finished.load(), 0);
}

// A caller that leaves looks like one that is done, for as long as gRPC has not
// been asked: many rounds, so that every order of its threads comes up.
TEST(ClientStreamTest, NeverFinishesForACallerThatLeft) {
  for (int round = 0; round < 300; ++round) {
    JoiningSink::State state;
    TestServer server(Serving(Collecting(state)));
    auto stub = EchoService::NewStub(server.channel());
    for (int i = 0; i < 5; ++i) {
      grpc::ClientContext context;
      EchoResponse response;
      auto writer = stub->Collect(&context, &response);
      EchoRequest request;
      request.set_text("part");
      writer->Write(request);
      if (i == 0) state.first_write.WaitForNotification();
      context.TryCancel();
      EXPECT_FALSE(writer->Finish().ok());
    }
    server.server.reset();
    ASSERT_EQ(state.finished.load(), 0) << "round " << round;
  }
}

// Forwards one connection to a port of this machine until it is cut.
class Relay {
 public:
  explicit Relay(int to) : to_(to), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = Loopback(0);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 1), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Run(); });
  }
  ~Relay() {
    Cut();
    close(listener_);
  }
  int port() const { return port_; }
  void Cut() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

 private:
  static sockaddr_in Loopback(int port) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
  }
  static bool Forward(int from, int to) {
    char bytes[4096];
    ssize_t got = read(from, bytes, sizeof(bytes));
    return got > 0 && write(to, bytes, static_cast<std::size_t>(got)) == got;
  }
  void Run() {
    int client = accept(listener_, nullptr, nullptr);
    int server = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = Loopback(to_);
    EXPECT_EQ(connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    pollfd ends[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    bool open = true;
    while (open && !stop_) {
      poll(ends, 2, 1);
      if (ends[0].revents != 0) open = Forward(client, server);
      if (open && ends[1].revents != 0) open = Forward(server, client);
    }
    close(client);
    close(server);
  }

  const int to_;
  const int listener_;
  int port_ = 0;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

TEST(ClientStreamTest, NeverFinishesWhenTheConnectionBreaks) {
  for (int round = 0; round < 30; ++round) {
    JoiningSink::State state;
    TestServer server(Serving(Collecting(state)));
    Relay relay(server.server->port());
    auto stub = EchoService::NewStub(grpc::CreateChannel(absl::StrCat("127.0.0.1:", relay.port()),
                                                         grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    EchoResponse response;
    auto writer = stub->Collect(&context, &response);
    EchoRequest request;
    request.set_text("part");
    ASSERT_TRUE(writer->Write(request));
    state.first_write.WaitForNotification();
    relay.Cut();
    state.gone.WaitForNotification();
    EXPECT_FALSE(writer->Finish().ok());
    ASSERT_EQ(state.finished.load(), 0);
  }
}

}  // namespace
}  // namespace triad::rpc::testing
