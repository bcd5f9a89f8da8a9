#include "runtime/rpc/server/connection_limits.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace triad::rpc {
namespace {

using Verdict = ConnectionLimits::Verdict;

sockaddr_storage Address(const char* text) {
  sockaddr_storage address = {};
  auto& v4 = reinterpret_cast<sockaddr_in&>(address);
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
  address.ss_family = AF_INET;
  if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) return address;
  address.ss_family = AF_INET6;
  EXPECT_EQ(inet_pton(AF_INET6, text, &v6.sin6_addr), 1) << text;
  return address;
}

std::string Peer(const char* text) { return PeerOf(Address(text)); }

TEST(PeerOfTest, IsAnAddressOrTheNetworkOfOne) {
  EXPECT_NE(Peer("10.0.0.1"), Peer("10.0.0.2"));
  EXPECT_EQ(Peer("10.0.0.1"), Peer("::ffff:10.0.0.1"));
  EXPECT_EQ(Peer("2001:db8:0:1::1"), Peer("2001:db8:0:1:ffff::2"));
  EXPECT_NE(Peer("2001:db8:0:1::1"), Peer("2001:db8:0:2::1"));
}

TEST(PeerOfTest, ThisMachineIsNobody) {
  for (const char* own : {"127.0.0.1", "::1", "::ffff:127.0.0.1"}) EXPECT_EQ(Peer(own), "");
  for (const char* other : {"127.0.0.2", "::2", "0.0.0.1"}) EXPECT_NE(Peer(other), "");
}

TEST(ConnectionLimitsTest, InAllAndPerPeer) {
  ConnectionLimits limits(4, 2);
  EXPECT_EQ(limits.Enter("a"), Verdict::kWelcome);
  EXPECT_EQ(limits.Enter("a"), Verdict::kWelcome);
  EXPECT_EQ(limits.Enter("a"), Verdict::kTooManyOfPeer);
  EXPECT_EQ(limits.Enter("b"), Verdict::kWelcome);
  EXPECT_EQ(limits.Enter(""), Verdict::kWelcome);
  EXPECT_EQ(limits.Enter("b"), Verdict::kTooMany);
  EXPECT_EQ(limits.Enter(""), Verdict::kTooMany);
  EXPECT_EQ(limits.count(), 4u);
  limits.Leave("a");
  EXPECT_EQ(limits.Enter("a"), Verdict::kWelcome);
}

TEST(ConnectionLimitsTest, ThisMachineMayHaveAll) {
  ConnectionLimits limits(3, 1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limits.Enter(""), Verdict::kWelcome);
  for (int i = 0; i < 3; ++i) limits.Leave("");
  EXPECT_EQ(limits.count(), 0u);
}

}  // namespace
}  // namespace triad::rpc
