// Every replica is ended and started again in turn, under load: no request may
// fail. As in a cluster, where a Service follows readiness and a pod serves on
// for --drain_delay until everybody has noticed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/support/http.h"
#include "tests/support/load.h"
#include "tests/support/suite.h"

namespace triad::testing {
namespace {

using ::testing::IsEmpty;

constexpr int kClients = 8;
constexpr char kPath[] = "/api/mirror?word=ab";
constexpr char kExpected[] = R"({"transformed":"BA"})";
constexpr char kTransform[] = "triad.transform.v1.TransformService";

// Requests to be answered before the next step: enough for every connection to
// have been used again.
constexpr int kSome = 500;

class RollingRestartTest : public ::testing::Test {
 protected:
  std::unique_ptr<Server> Start(const std::string& name, std::vector<std::string> arguments) {
    directories_.push_back(std::make_unique<TemporaryDirectory>());
    arguments.push_back("--drain_delay=2s");
    auto server = std::make_unique<Server>(name, directories_.back()->path(), arguments);
    server->Start();
    return server;
  }

  static bool IsReady(const Server& server) {
    return Get("http://" + server.admin() + "/readyz").status == 200;
  }

  // Until that many more requests were answered.
  static bool Some(Load& load) {
    int before = load.answered();
    return Eventually([&] { return load.answered() > before + kSome; });
  }

  std::vector<std::unique_ptr<TemporaryDirectory>> directories_;
};

TEST_F(RollingRestartTest, OfTransformLosesNoRequest) {
  // As several of it are deployed.
  std::array<std::unique_ptr<Server>, 2> replicas = {Start("transform", {"--database=none"}),
                                                     Start("transform", {"--database=none"})};
  std::vector<std::string> upstreams;
  for (const auto& replica : replicas) {
    upstreams.push_back(std::string("--upstream=") + kTransform + "=" + replica->address());
  }
  auto gateway = Start("gateway", upstreams);
  Load load(kClients, [&] {
    auto client = std::make_shared<KeepAliveClient>([&] { return gateway->address(); });
    return [client] { return client->Ask(kPath, kExpected); };
  });
  for (const auto& replica : replicas) {
    ASSERT_TRUE(Some(load));
    EXPECT_EQ(replica->Stop(), 0);
    ASSERT_TRUE(Some(load));
    replica->Start();
    ASSERT_TRUE(Eventually([&] { return IsReady(*replica); }));
    // It does its share again before the next one goes.
    ASSERT_TRUE(
        Eventually([&] { return replica->Metric("triad_rpc_server_calls_total") > kSome; }));
  }
  load.Stop();
  EXPECT_THAT(load.failures(), IsEmpty());
}

TEST_F(RollingRestartTest, OfTheGatewayLosesNoRequest) {
  auto transform = Start("transform", {});
  std::string upstream = std::string("--upstream=") + kTransform + "=" + transform->address();
  std::array<std::unique_ptr<Server>, 2> replicas = {Start("gateway", {upstream}),
                                                     Start("gateway", {upstream})};
  ReadyAddresses service({{replicas[0]->address(), replicas[0]->admin()},
                          {replicas[1]->address(), replicas[1]->admin()}});
  Load load(kClients, [&] {
    auto client = std::make_shared<KeepAliveClient>([&] { return service.Next(); });
    return [client] { return client->Ask(kPath, kExpected); };
  });
  for (const auto& replica : replicas) {
    ASSERT_TRUE(Some(load));
    EXPECT_EQ(replica->Stop(), 0);
    ASSERT_TRUE(Some(load));
    replica->Start();
    ASSERT_TRUE(Eventually([&] { return service.IsReady(replica->address()); }));
  }
  load.Stop();
  EXPECT_THAT(load.failures(), IsEmpty());
}

}  // namespace
}  // namespace triad::testing
