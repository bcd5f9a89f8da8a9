#include "gateway/proxy/request/deadline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace triad::gateway {
namespace {

using ::testing::HasSubstr;

absl::StatusOr<absl::Duration> Timeout(
    std::initializer_list<std::pair<const char*, const char*>> fields) {
  http::Headers headers;
  for (const auto& [name, value] : fields) headers.Add(name, value);
  return ClientTimeout(headers);
}

TEST(ClientTimeoutTest, ReadsBothHeaders) {
  EXPECT_EQ(*Timeout({}), absl::InfiniteDuration());
  const std::pair<const char*, absl::Duration> grpc[] = {
      {"100m", absl::Milliseconds(100)}, {"1S", absl::Seconds(1)},
      {"0m", absl::ZeroDuration()},      {"2M", absl::Minutes(2)},
      {"7u", absl::Microseconds(7)},     {"99999999H", absl::Hours(99999999)},
      {"5n", absl::Nanoseconds(5)},
  };
  for (const auto& [text, expected] : grpc) {
    EXPECT_EQ(*Timeout({{"Grpc-Timeout", text}}), expected) << text;
  }
  const std::pair<const char*, absl::Duration> plain[] = {
      {"1", absl::Seconds(1)},           {"0", absl::ZeroDuration()},
      {"1.5", absl::Milliseconds(1500)}, {"100ms", absl::Milliseconds(100)},
      {"2m", absl::Minutes(2)},          {"1.5s", absl::Milliseconds(1500)},
  };
  for (const auto& [text, expected] : plain) {
    EXPECT_EQ(*Timeout({{"x-request-timeout", text}}), expected) << text;
  }
  EXPECT_EQ(*Timeout({{"grpc-timeout", "5S"}, {"x-request-timeout", "3"}}), absl::Seconds(3));
}

TEST(ClientTimeoutTest, NamesAHeaderThatIsNoTime) {
  for (const char* bad : {"", "1", "S", "123456789S", "-1S", "1X", "1.5S", " 1S", "1 S", "+1S"}) {
    auto timeout = Timeout({{"grpc-timeout", bad}});
    EXPECT_TRUE(absl::IsInvalidArgument(timeout.status())) << bad;
    EXPECT_THAT(std::string(timeout.status().message()), HasSubstr("grpc-timeout: must be"));
  }
  for (const char* bad : {"", "x", "-1", "+1", "inf", "1e3", "1,5", "1 s", "0x1", "1y"}) {
    auto timeout = Timeout({{"x-request-timeout", bad}});
    EXPECT_TRUE(absl::IsInvalidArgument(timeout.status())) << bad;
    EXPECT_THAT(std::string(timeout.status().message()), HasSubstr("x-request-timeout: must be"));
  }
  EXPECT_TRUE(
      absl::IsInvalidArgument(Timeout({{"grpc-timeout", "1S"}, {"grpc-timeout", "1S"}}).status()));
}

}  // namespace
}  // namespace triad::gateway
