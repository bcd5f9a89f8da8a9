#include "runtime/io/peers.h"

#include <gtest/gtest.h>

namespace triad {
namespace {

std::string Key(const char* address) { return PeerKey(boost::asio::ip::make_address(address)); }

TEST(PeerKeyTest, IsOneForWhatOnePeerHas) {
  EXPECT_EQ(Key("203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(Key("::ffff:203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(Key("2001:db8:1:2:3::4"), Key("2001:db8:1:2:ffff::"));
  EXPECT_NE(Key("2001:db8:1:2::"), Key("2001:db8:1:3::"));
}

TEST(PeerKeyTest, ThisMachineIsNobody) {
  for (const char* own : {"127.0.0.1", "::1", "::ffff:127.0.0.1"}) EXPECT_EQ(Key(own), "") << own;
  for (const char* other : {"127.0.0.2", "::2", "0.0.0.1"}) EXPECT_NE(Key(other), "") << other;
}

TEST(PeerCountTest, EachPeerHasItsOwnLimit) {
  PeerCount count(2);
  auto first = count.Take("a");
  auto second = count.Take("a");
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_FALSE(count.Take("a").has_value());
  EXPECT_TRUE(count.Take("b").has_value());
  second.reset();
  EXPECT_TRUE(count.Take("a").has_value());
}

TEST(PeerCountTest, NobodyHasNoLimit) {
  PeerCount count(1);
  auto first = count.Take("");
  EXPECT_TRUE(first.has_value());
  EXPECT_TRUE(count.Take("").has_value());
}

}  // namespace
}  // namespace triad
