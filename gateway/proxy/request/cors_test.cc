#include "gateway/proxy/request/cors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace triad::gateway {
namespace {

using ::testing::HasSubstr;

TEST(CorsTest, AllowsTheOriginsItIsGiven) {
  Cors some = *Cors::Create({"https://app.example", "http://Localhost:3000"}, absl::Minutes(1));
  EXPECT_TRUE(some.Allows("https://app.example"));
  EXPECT_TRUE(some.Allows("HTTP://localhost:3000"));
  for (const char* other : {"http://app.example", "https://app.example:8443", "null", "",
                            "https://app.example.evil", "https://evil/app.example"}) {
    EXPECT_FALSE(some.Allows(other)) << other;
  }
  EXPECT_TRUE(Cors::Create({"*"}, absl::Minutes(1))->Allows("null"));
  EXPECT_FALSE(Cors::Create({}, absl::Minutes(1))->Allows("http://localhost"));
}

TEST(CorsTest, RefusesWhatIsNoOrigin) {
  for (const char* bad : {"app.example", "https://", "https://app.example/", "https://a@b",
                          "https://*.example/x", "://x", ""}) {
    auto cors = Cors::Create({bad}, absl::Minutes(1));
    EXPECT_EQ(cors.status().code(), absl::StatusCode::kInvalidArgument) << bad;
    EXPECT_THAT(cors.status().message(), HasSubstr("--cors_origins"));
  }
}

}  // namespace
}  // namespace triad::gateway
