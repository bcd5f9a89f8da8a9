#include "runtime/base/random.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "runtime/base/testing/fake_clock.h"
#include "runtime/base/testing/fake_random.h"

namespace triad {
namespace {

TEST(RandomTest, SystemNeverRepeats) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(Random::System().Bytes(16)).second);
  EXPECT_EQ(Random::System().Bytes(0), "");
  EXPECT_EQ(Random::System().Bytes(64).size(), 64u);
  EXPECT_EQ(Random::System().Bytes(5000).size(), 5000u);
}

TEST(RandomTest, UniformCoversItsRangeAndNothingElse) {
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(Random::System().Uniform(10));
  EXPECT_EQ(seen.size(), 10u);
  EXPECT_EQ(*seen.rbegin(), 9u);
  EXPECT_EQ(Random::System().Uniform(1), 0u);
}

TEST(RandomTest, UniformDrawsAgainWhereModuloWouldFavourLowNumbers) {
  FakeRandom random;
  random.Push(std::string(8, '\xFF'));  // beyond the last multiple of 10000
  random.PushNumber(10'007);
  EXPECT_EQ(random.Uniform(10'000), 7u);
}

TEST(RandomTest, UniformOfAPowerOfTwoTakesEveryDraw) {
  FakeRandom random;
  random.Push(std::string(8, '\xFF'));
  EXPECT_EQ(random.Uniform(16), 15u);
}

TEST(FakeRandomTest, SameSeedSameBytes) {
  FakeRandom one(7);
  FakeRandom two(7);
  FakeRandom three(8);
  std::string bytes = one.Bytes(32);
  EXPECT_EQ(bytes, two.Bytes(32));
  EXPECT_NE(bytes, three.Bytes(32));
}

TEST(RandomTest, RandomIdIsNeverAllZero) {
  FakeRandom random;
  random.Push(std::string(8, '\0'));
  random.Push(std::string(7, '\0') + "\x01");
  EXPECT_EQ(RandomId(random, 8), "0000000000000001");
}

}  // namespace
}  // namespace triad
