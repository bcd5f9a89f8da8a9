// The services over gRPC, as another team's program sees them: by reflection,
// without a line of ours compiled in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "grpc/health.grpc.pb.h"
#include "tests/support/grpc/reflection_client.h"
#include "tests/support/suite.h"

namespace triad::testing {
namespace {

namespace health = grpc::health::v1;
using nlohmann::json;
using ::testing::Contains;

health::HealthCheckResponse::ServingStatus HealthOf(const std::string& address,
                                                    const std::string& service) {
  const auto stub =
      health::Health::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  health::HealthCheckRequest request;
  request.set_service(service);
  health::HealthCheckResponse response;
  const grpc::Status status = stub->Check(&context, request, &response);
  EXPECT_TRUE(status.ok()) << service << ": " << status.error_message();
  return response.status();
}

TEST(Grpc, ServicesDescribeThemselvesAndTellTheirHealth) {
  Suite suite;
  const std::pair<Server*, std::string> servers[] = {
      {&suite.config(), "triad.config.v1.ConfigService"},
      {&suite.transform(), "triad.transform.v1.TransformService"},
      {&suite.storage(), "triad.storage.v1.StorageService"}};
  for (const auto& [server, service] : servers) {
    ReflectionClient client(server->address());
    EXPECT_THAT(client.Services(), Contains(service));
    ASSERT_NE(client.Describe(service), nullptr);
    for (const std::string& name : {std::string(), service}) {
      EXPECT_EQ(HealthOf(server->address(), name), health::HealthCheckResponse::SERVING);
    }
  }
}

TEST(Grpc, EntriesAreWrittenAndRead) {
  Suite suite;
  ReflectionClient client(suite.config().address());
  const json entry = {{"name", "namespaces/grpc/entries/k"}, {"value", {{"stringValue", "v"}}}};
  const auto set = client.Call("triad.config.v1.ConfigService/SetEntry", {{"entry", entry}});
  ASSERT_TRUE(set.status.ok()) << set.status.error_message();
  const auto get = client.Call("triad.config.v1.ConfigService/GetEntry",
                               {{"name", "namespaces/grpc/entries/k"}});
  EXPECT_EQ(get.message, set.message);
}

TEST(Grpc, ATokenGuardsWritesButNotReads) {
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
