// Calls to a target with several addresses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/testing/eventually.h"
#include "runtime/grpc_client/channel.h"
#include "runtime/grpc_client/testing/fake_resolver.h"
#include "runtime/grpc_client/testing/recording_observer.h"
#include "runtime/grpc_client/testing/scripted_server.h"

namespace triad::grpc_client {
namespace {

using ::testing::ElementsAre;
using ::testing::Ge;

const char* const kAddresses[] = {"127.0.0.1", "127.0.0.2", "127.0.0.3"};
constexpr std::size_t kServers = std::size(kAddresses);

ScriptedReply Echo(const ScriptedRequest& request) {
  ScriptedReply reply;
  reply.data = request.body;
  return reply;
}

CallStart To(const std::string& path) {
  CallStart start;
  start.path = path;
  return start;
}

// Servers on several addresses of this machine, all on the port that the first
// one got, as the replicas behind one name.
class BalancingTest : public testing::Test {
 protected:
  BalancingTest() {
    options_.resolve_interval = absl::Milliseconds(20);
    options_.max_backoff = absl::Milliseconds(50);
    options_.resolver = &resolver_;
  }

  ~BalancingTest() override {
    RunOn(loop_, [&] { channel_.reset(); });
  }

  ScriptedServer& Serve(std::size_t i, ScriptedServer::Script script = Echo) {
    ScriptedServer::Options options;
    options.address = kAddresses[i];
    options.port = port_;
    servers_[i].reset();
    servers_[i] = std::make_unique<ScriptedServer>(std::move(script), options);
    port_ = servers_[i]->port();
    return *servers_[i];
  }

  void ServeAll() {
    for (std::size_t i = 0; i < kServers; ++i) Serve(i);
  }

  // To a name that has the addresses of these servers.
  void ConnectToName(const std::vector<std::string>& addresses) {
    resolver_.Set(addresses);
    Connect(absl::StrCat("replicas.test:", port_));
  }

  void ConnectToNameOfAll() { ConnectToName({kAddresses, kAddresses + kServers}); }

  void Connect(const std::string& target) {
    options_.target = target;
    RunOn(loop_, [&] { channel_ = Channel::Create(loop_, options_); });
  }

  absl::Status CallStatus() {
    return CallOnce(loop_, *channel_, To("/test.Echo/Call"), "hello").result.status;
  }

  int Requests(std::size_t i) { return servers_[i] == nullptr ? 0 : servers_[i]->requests(); }

  // Requests that came to each server while `calls` calls were made, all of
  // which must succeed.
  std::vector<int> Spread(int calls) {
    std::array<int, kServers> before{};
    for (std::size_t i = 0; i < kServers; ++i) before[i] = Requests(i);
    for (int i = 0; i < calls; ++i) EXPECT_EQ(CallStatus(), absl::OkStatus());
    std::vector<int> spread;
    for (std::size_t i = 0; i < kServers; ++i) spread.push_back(Requests(i) - before[i]);
    return spread;
  }

  // Calls until these servers, and no others, have the same share: one that is
  // connected gets calls in its turn only once it is known to serve.
  bool ReachesAll(const std::vector<std::size_t>& wanted) {
    constexpr int kShare = 2;
    std::vector<int> even(kServers, 0);
    for (std::size_t i : wanted) even[i] = kShare;
    int calls = kShare * static_cast<int>(wanted.size());
    return Eventually([&] { return Spread(calls) == even; });
  }

  ChannelOptions options_;
  std::uint16_t port_ = 0;
  std::array<std::unique_ptr<ScriptedServer>, kServers> servers_;
  EventLoop loop_{"test"};
  FakeResolver resolver_{loop_.context()};
  std::unique_ptr<Channel> channel_;
};

TEST_F(BalancingTest, GivesEveryAddressTheSameShare) {
  ServeAll();
  ConnectToNameOfAll();
  ASSERT_TRUE(ReachesAll({0, 1, 2}));
  EXPECT_THAT(Spread(30), ElementsAre(10, 10, 10));
  for (const auto& server : servers_) EXPECT_EQ(server->connections(), 1);
}

TEST_F(BalancingTest, ManyCallsAtOnceAreSpreadToo) {
  ServeAll();
  ConnectToNameOfAll();
  ASSERT_TRUE(ReachesAll({0, 1, 2}));
  std::vector<std::unique_ptr<RecordingObserver>> calls;
  std::vector<int> before = {Requests(0), Requests(1), Requests(2)};
  for (int i = 0; i < 30; ++i) {
    calls.push_back(std::make_unique<RecordingObserver>(loop_, *channel_, To("/test.Echo/Call")));
    calls.back()->Send("x");
    calls.back()->FinishSending();
  }
  for (auto& call : calls) EXPECT_EQ(call->WaitDone().status, absl::OkStatus());
  for (std::size_t i = 0; i < kServers; ++i) EXPECT_EQ(Requests(i) - before[i], 10);
}

TEST_F(BalancingTest, TakesAListOfAddresses) {
  ScriptedServer& first = Serve(0);
  port_ = 0;
  ScriptedServer& second = Serve(1);
  Connect(absl::StrCat(first.target(), ",", second.target(), ",", first.target()));
  ASSERT_TRUE(ReachesAll({0, 1}));
  EXPECT_TRUE(Eventually([&] { return Spread(10) == std::vector<int>{5, 5, 0}; }));
  EXPECT_EQ(resolver_.questions(), 0);
}

TEST_F(BalancingTest, SkipsAnAddressThatIsDownAndUsesItAgainWhenItIsBack) {
  ServeAll();
  ConnectToNameOfAll();
  ASSERT_TRUE(ReachesAll({0, 1, 2}));
  servers_[1].reset();
  // Its last connection may still be believed in for one call.
  Eventually([&] { return CallStatus().ok(); });
  EXPECT_THAT(Spread(20), ElementsAre(10, 0, 10));
  Serve(1);
  EXPECT_TRUE(ReachesAll({0, 1, 2}));
}

TEST_F(BalancingTest, StartsWithThoseThatAnswer) {
  Serve(0);
  ConnectToNameOfAll();
  EXPECT_THAT(Spread(10), ElementsAre(10, 0, 0));
}

TEST_F(BalancingTest, FailsOnlyWhenNoAddressAnswersAndNamesTheService) {
  ServeAll();
  ConnectToNameOfAll();
  ASSERT_TRUE(ReachesAll({0, 1, 2}));
  for (auto& server : servers_) server.reset();
  ASSERT_TRUE(Eventually([&] {
    return CallStatus().message() == "test.Echo is unavailable: no connection: Connection refused";
  }));
  EXPECT_EQ(CallStatus().code(), absl::StatusCode::kUnavailable);
  Serve(2);
  EXPECT_TRUE(Eventually([&] { return CallStatus().ok(); }));
}

TEST_F(BalancingTest, UsesAnAddressThatTheNameGains) {
  ServeAll();
  ConnectToName({kAddresses[0]});
  EXPECT_THAT(Spread(5), ElementsAre(5, 0, 0));
  resolver_.Set(std::vector<std::string>{kAddresses[0], kAddresses[2]});
  EXPECT_TRUE(ReachesAll({0, 2}));
  EXPECT_THAT(Spread(10), ElementsAre(5, 0, 5));
}

TEST_F(BalancingTest, DrainsAnAddressThatTheNameLoses) {
  ServeAll();
  ConnectToNameOfAll();
  ASSERT_TRUE(ReachesAll({0, 1, 2}));
  // One running call on each.
  std::vector<std::unique_ptr<RecordingObserver>> running;
  for (std::size_t i = 0; i < kServers; ++i) {
    running.push_back(std::make_unique<RecordingObserver>(loop_, *channel_, To("/test.Echo/Long")));
    running.back()->Send("begun");
  }
  resolver_.Set(std::vector<std::string>{kAddresses[0], kAddresses[2]});
  ASSERT_TRUE(Eventually([&] { return Spread(6) == std::vector<int>({3, 0, 3}); }));
  int before = Requests(1);
  for (auto& call : running) call->FinishSending();
  for (auto& call : running) EXPECT_EQ(call->WaitDone().status, absl::OkStatus());
  EXPECT_EQ(Requests(1), before + 1);
  // A server that is gone by now is not missed.
  servers_[1].reset();
  EXPECT_THAT(Spread(6), ElementsAre(3, 0, 3));
}

TEST_F(BalancingTest, ANameThatCannotBeResolvedKeepsItsAddresses) {
  ServeAll();
  ConnectToNameOfAll();
  ASSERT_TRUE(ReachesAll({0, 1, 2}));
  int before = resolver_.questions();
  resolver_.Set(absl::UnavailableError("Host not found"));
  ASSERT_TRUE(Eventually([&] { return resolver_.questions() > before + 3; }));
  EXPECT_THAT(Spread(6), ElementsAre(2, 2, 2));
}

TEST_F(BalancingTest, ANameThatAppearsIsUsed) {
  Serve(0);
  resolver_.Set(absl::UnavailableError("Host not found"));
  Connect(absl::StrCat("replicas.test:", port_));
  EXPECT_EQ(CallStatus().message(), "test.Echo is unavailable: no connection: Host not found");
  resolver_.Set(std::vector<std::string>{kAddresses[0]});
  EXPECT_TRUE(Eventually([&] { return CallStatus().ok(); }));
}

TEST_F(BalancingTest, AsksForTheNameAtOnceWhenAConnectionIsLost) {
  options_.resolve_interval = absl::Hours(1);
  ServeAll();
  ConnectToName({kAddresses[0], kAddresses[1]});
  ASSERT_TRUE(ReachesAll({0, 1}));
  resolver_.Set(std::vector<std::string>{kAddresses[1], kAddresses[2]});
  servers_[0].reset();
  // A call on the connection that broke fails, as it may have been processed.
  EXPECT_TRUE(Eventually([&] { return CallStatus().ok() && Requests(2) > 0; }));
}

TEST_F(BalancingTest, ARefusedCallGoesToAnotherAddress) {
  std::atomic<int> refused{0};
  Serve(0, [&](const ScriptedRequest&) {
    ++refused;
    ScriptedReply reply;
    reply.reset = 7;
    return reply;
  });
  Serve(1);
  ConnectToName({kAddresses[0], kAddresses[1]});
  // Until the second is connected, a call that the first refuses has nowhere to go.
  ASSERT_TRUE(Eventually([&] { return CallStatus().ok() && refused > 0; }));
  int before = refused;
  EXPECT_TRUE(Eventually([&] { return Spread(10)[1] == 10 && refused > before; }));
}

TEST_F(BalancingTest, ACallAboveGoawaysLastIdGoesToAnotherAddress) {
  Serve(0, [&](const ScriptedRequest& request) {
    ScriptedReply reply = Echo(request);
    if (request.number != 3) return reply;
    reply.goaway = 0;
    reply.silent = true;
    return reply;
  });
  Serve(1);
  ConnectToName({kAddresses[0], kAddresses[1]});
  EXPECT_TRUE(Eventually([&] {
    EXPECT_EQ(CallStatus(), absl::OkStatus());
    return Requests(0) > 5;  // it connected anew
  }));
  EXPECT_EQ(servers_[0]->connections(), 2);
}

TEST_F(BalancingTest, PrefersServersThatHaveSpoken) {
  ScriptedServer::Options frozen;
  frozen.frozen = true;
  ScriptedServer silent(Echo, frozen);
  Serve(1);
  Connect(absl::StrCat(silent.target(), ",", servers_[1]->target()));
  // The first calls may come before anybody has spoken, and wait there.
  std::vector<std::unique_ptr<RecordingObserver>> first;
  ASSERT_TRUE(Eventually([&] {
    first.push_back(std::make_unique<RecordingObserver>(loop_, *channel_, To("/test.Echo/Call")));
    first.back()->Send("x");
    first.back()->FinishSending();
    return Requests(1) > 0;
  }));
  // At least: one of the first may still be on its way.
  EXPECT_THAT(Spread(10), ElementsAre(0, Ge(10), 0));
  EXPECT_EQ(silent.requests(), 0);
}

TEST_F(BalancingTest, EndsWhileEverythingIsUnderWay) {
  ServeAll();
  resolver_.Set(std::vector<std::string>{kAddresses, kAddresses + kServers});
  for (int i = 0; i < 20; ++i) {
    Connect(absl::StrCat("replicas.test:", port_));
    RecordingObserver call(loop_, *channel_, To("/test.Echo/Call"));
    call.Send("x");
    call.Cancel();
    RunOn(loop_, [&] { channel_.reset(); });
  }
}

}  // namespace
}  // namespace triad::grpc_client
