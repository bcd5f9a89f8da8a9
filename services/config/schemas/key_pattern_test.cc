#include "services/config/schemas/key_pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace triad::config {
namespace {

TEST(KeyPatternTest, AStarStopsAtASlashAndTwoDoNot) {
  constexpr struct {
    const char* pattern;
    const char* key;
    bool matches;
  } kCases[] = {
      {"db/port", "db/port", true},    {"db/port", "db/ports", false},
      {"db/port", "a/db/port", false}, {"db/*", "db/port", true},
      {"db/*", "db/a/port", false},    {"db/*", "db", false},
      {"db/**", "db/a/port", true},    {"**", "anything/at.all", true},
      {"*", "anything", true},         {"*", "any/thing", false},
      {"*/port", "db/port", true},     {"**/port", "a/b/port", true},
      {"**/port", "port", false},      {"db.*-x", "db.main-x", true},
      {"db.*-x", "dbXmain-x", false},  {"a*b*c", "aXXbYYc", true},
      {"a*b*c", "aXXbYY", false},
  };
  for (const auto& one : kCases) {
    EXPECT_EQ(KeyPattern(one.pattern).Matches(one.key), one.matches)
        << one.pattern << " " << one.key;
  }
}

TEST(KeyPatternTest, KnowsWhatItsKeysStartWithAndHowMuchItSays) {
  EXPECT_EQ(KeyPattern("db/*/port").prefix(), "db/");
  EXPECT_EQ(KeyPattern("db/*/port").weight(), 8);
  EXPECT_EQ(KeyPattern("**").prefix(), "");
  EXPECT_EQ(KeyPattern("**").weight(), 0);
  EXPECT_EQ(KeyPattern("db/port").prefix(), "db/port");
}

TEST(KeyPatternTest, RefusesWhatNoKeyCanMatch) {
  EXPECT_TRUE(KeyPattern::Check("f", "a/**/*.x-_").ok());
  EXPECT_FALSE(KeyPattern::Check("f", "").ok());
  EXPECT_FALSE(KeyPattern::Check("f", std::string(513, 'a')).ok());
  EXPECT_FALSE(KeyPattern::Check("f", "a b").ok());
  EXPECT_FALSE(KeyPattern::Check("f", "a[bc]").ok());
  EXPECT_EQ(KeyPattern::Check("f", "a***").message(),
            "f: has '***': '**' stands for any characters already");
}

}  // namespace
}  // namespace triad::config
