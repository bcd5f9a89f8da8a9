// A token that callers must show before they write.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/grpc/reflection_client.h"
#include "tests/support/suite.h"

namespace triad::testing {
namespace {

using nlohmann::json;

TEST(Token, GuardsWritesButNotReads) {
  TemporaryDirectory directory;
  const std::string token_file = directory.path() + "/token";
  std::ofstream(token_file) << "open-sesame\n";
  SuiteOptions options;
  options.arguments["transform"] =
      options.arguments["config"] = {"--auth_token_file=" + token_file};
  Suite suite(options);
  ReflectionClient client(suite.config().address());
  const std::string set = "triad.config.v1.ConfigService/SetEntry";
  const json request = {
      {"entry", {{"name", "namespaces/grpc/entries/k"}, {"value", {{"boolValue", true}}}}}};
  EXPECT_EQ(client.Call(set, request).status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(client.Call(set, request, {{"authorization", "Bearer wrong"}}).status.error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_TRUE(client.Call(set, request, {{"authorization", "Bearer open-sesame"}}).status.ok());
  EXPECT_TRUE(
      client.Call("triad.config.v1.ConfigService/GetAppConfig", json::object()).status.ok());
}

}  // namespace
}  // namespace triad::testing
