#include "runtime/rpc/server/open_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace triad::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Uri(const char* address, std::uint16_t port) {
  return UriOf({boost::asio::ip::make_address(address), port});
}

std::vector<std::string> Over(std::vector<ConnectionCalls> connections, const CallLimits& limits) {
  std::vector<std::string> uris;
  for (const ConnectionCalls& one : ConnectionsOverLimit(std::move(connections), limits)) {
    uris.push_back(one.uri);
  }
  return uris;
}

TEST(OpenCallsTest, AnAddressIsNamedAsGrpcNamesIt) {
  EXPECT_EQ(Uri("127.0.0.1", 1234), "ipv4:127.0.0.1:1234");
  EXPECT_EQ(Uri("::ffff:10.1.2.3", 65535), "ipv4:10.1.2.3:65535");
  EXPECT_EQ(Uri("2001:db8::1", 1), "ipv6:%5B2001:db8::1%5D:1");
}

TEST(OpenCallsTest, NobodyEndsWhileTheLimitsHold) {
  EXPECT_THAT(
      Over({{"a", "x", 10}, {"b", "x", 10}, {"c", "y", 10}}, {.max = 30, .max_per_connection = 10}),
      IsEmpty());
}

TEST(OpenCallsTest, EachThatIsOverItsOwnLimitEndsAndDoesNotCountForOthers) {
  EXPECT_THAT(Over({{"a", "x", 11}, {"b", "y", 10}, {"c", "z", 500}},
                   {.max = 10, .max_per_connection = 10}),
              ::testing::UnorderedElementsAre("a", "c"));
}

TEST(OpenCallsTest, ThePeerThatHasMostLosesItsLargest) {
  EXPECT_THAT(Over({{"honest", "x", 90}, {"a", "y", 50}, {"b", "y", 60}, {"c", "y", 40}},
                   {.max = 180, .max_per_connection = 100}),
              ElementsAre("b"));
  // Then it is no longer the one that has most.
  EXPECT_THAT(Over({{"honest", "x", 95}, {"a", "y", 50}, {"b", "y", 60}},
                   {.max = 50, .max_per_connection = 100}),
              ElementsAre("b", "honest"));
}

}  // namespace
}  // namespace triad::rpc
