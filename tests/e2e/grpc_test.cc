// The services over gRPC, as another team's program sees them: by reflection,
// without a line of ours compiled in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>

#include "grpc/health.grpc.pb.h"
#include "tests/support/grpc/reflection_client.h"
#include "tests/support/target.h"

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
  grpc::Status status = stub->Check(&context, request, &response);
  EXPECT_TRUE(status.ok()) << service << ": " << status.error_message();
  return response.status();
}

// Calls `test` with the address of each service that can be reached from here.
void ForEachService(const std::function<void(const std::string&, const std::string&)>& test) {
  Target target;
  std::pair<const char*, const char*> services[] = {
      {"config", "triad.config.v1.ConfigService"},
      {"transform", "triad.transform.v1.TransformService"},
      {"storage", "triad.storage.v1.StorageService"}};
  for (const auto& [name, service] : services) {
    std::string address = target.ServiceAddress(name);
    if (!address.empty()) test(address, service);
  }
}

TEST(GrpcTest, ServicesDescribeThemselvesAndTellTheirHealth) {
  ForEachService([](const std::string& address, const std::string& service) {
    ReflectionClient client(address);
    EXPECT_THAT(client.Services(), Contains(service));
    ASSERT_NE(client.Describe(service), nullptr);
    for (const std::string& name : {std::string(), service}) {
      EXPECT_EQ(HealthOf(address, name), health::HealthCheckResponse::SERVING);
    }
  });
}

TEST(GrpcTest, EntriesAreWrittenAndRead) {
  ForEachService([](const std::string& address, const std::string& service) {
    if (service != "triad.config.v1.ConfigService") return;
    ReflectionClient client(address);
    std::string name = "namespaces/" + Unique("grpc") + "/entries/k";
    json entry = {{"name", name}, {"value", {{"stringValue", "v"}}}};
    auto set = client.Call(service + "/SetEntry", {{"entry", entry}});
    ASSERT_TRUE(set.status.ok()) << set.status.error_message();
    auto get = client.Call(service + "/GetEntry", {{"name", name}});
    EXPECT_EQ(get.message, set.message);
  });
}

}  // namespace
}  // namespace triad::testing
