#include "runtime/process/suite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace triad {
namespace {

using ::testing::Each;
using ::testing::Field;
using ::testing::StartsWith;

TEST(SuiteTest, EndsWithTheGatewayAndHasServicesBeforeIt) {
  absl::Span<const SuiteServer> servers = SuiteServers();
  ASSERT_GT(servers.size(), 1u);
  EXPECT_STREQ(servers.back().name, "gateway");
  EXPECT_STREQ(servers.back().service, "");
  servers.remove_suffix(1);
  EXPECT_THAT(servers, Each(Field(&SuiteServer::service, StartsWith("triad."))));
}

TEST(SuiteTest, FindsAServerByItsBinary) {
  const SuiteServer* config = FindSuiteServer("triad-config");
  ASSERT_NE(config, nullptr);
  EXPECT_STREQ(config->service, "triad.config.v1.ConfigService");
  EXPECT_EQ(config->port, 4551);
  EXPECT_EQ(config->admin_port, 4561);
  EXPECT_TRUE(config->data);
  EXPECT_EQ(FindSuiteServer("triad-nothing"), nullptr);
}

}  // namespace
}  // namespace triad
