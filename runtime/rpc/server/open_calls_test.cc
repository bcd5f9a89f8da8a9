#include "runtime/rpc/server/open_calls.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace triad::rpc {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

sockaddr_storage V6(const char* text, std::uint16_t port) {
  sockaddr_storage address = {};
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  EXPECT_EQ(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
  return address;
}

std::vector<std::string> Over(std::vector<ConnectionCalls> connections, const CallLimits& limits) {
  std::vector<std::string> uris;
  for (const ConnectionCalls& one : ConnectionsOverLimit(std::move(connections), limits)) {
    uris.push_back(one.uri);
  }
  return uris;
}

TEST(OpenCallsTest, AnAddressIsNamedAsGrpcNamesIt) {
  sockaddr_storage address = {};
  auto& v4 = reinterpret_cast<sockaddr_in&>(address);
  v4.sin_family = AF_INET;
  v4.sin_port = htons(1234);
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(UriOf(address), "ipv4:127.0.0.1:1234");
  EXPECT_EQ(UriOf(V6("::ffff:10.1.2.3", 65535)), "ipv4:10.1.2.3:65535");
  EXPECT_EQ(UriOf(V6("2001:db8::1", 1)), "ipv6:%5B2001:db8::1%5D:1");
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
