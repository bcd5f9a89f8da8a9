// --max_message_bytes, as the gateway and a service take it.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/http.h"
#include "tests/support/suite.h"

namespace triad::testing {
namespace {

constexpr int kMib = 1024 * 1024;

TEST(MessageSizeTest, EachProcessKeepsToItsFlag) {
  SuiteOptions options;
  options.arguments["gateway"] = {"--max_message_bytes=3145728"};
  options.arguments["transform"] = {"--max_message_bytes=1048576", "--max_input_bytes=4194304"};
  Suite suite(options);
  auto transform = [&](int bytes) {
    nlohmann::json request = {
        {"text", std::string(bytes, 'x')},
        {"steps", {{{"operation", "to-base64"}, {"arguments", nlohmann::json::object()}}}}};
    return Post(suite.Url("/api/v1/transform"), request.dump());
  };
  EXPECT_EQ(transform(kMib / 4).status, 200);
  HttpResponse service = transform(2 * kMib);
  EXPECT_EQ(service.status, 429);
  EXPECT_EQ(service.json().at("code"), 8) << service.body;
  HttpResponse gateway = transform(3 * kMib + 1000);
  EXPECT_EQ(gateway.status, 413) << gateway.body;
}

}  // namespace
}  // namespace triad::testing
