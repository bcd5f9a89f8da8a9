#include "runtime/base/etags.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "absl/strings/match.h"

namespace triad {
namespace {

TEST(EtagListTest, ParsesLists) {
  for (const char* good : {"*", " * ", "\"a\"", "\"a\",\"b\"", "\"a\",", ", ,\"a\",,\"b\"",
                           "W/\"a\" , \"\"", "\"a,b\""}) {
    EXPECT_TRUE(ParseEtagList("if-match", good).ok()) << good;
  }
  EXPECT_TRUE(ParseEtagList("if-match", "\"a,b\"")->MatchesStrongly("a,b"));
  for (const char* bad : {"", "a", "\"a", "a\"", "\"a\" \"b\"", ",", "*,\"a\"", "w/\"a\""}) {
    absl::Status status = ParseEtagList("if-match", bad).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << bad;
    EXPECT_NE(status.message().find("if-match"), absl::string_view::npos);
  }
}

TEST(EtagListTest, NothingMatchesNoObject) {
  EXPECT_FALSE(ParseEtagList("if-match", "*")->MatchesStrongly(std::nullopt));
  EXPECT_FALSE(ParseEtagList("if-match", "\"\"")->MatchesWeakly(std::nullopt));
}

TEST(EtagConditionTest, HoldsForWhatItNames) {
  struct Case {
    std::optional<std::string> if_match, if_none_match, etag;
    bool holds;
  };
  const std::optional<std::string> none;
  Case cases[] = {
      {none, none, none, true},       {none, none, "a", true},       {"\"a\"", none, "a", true},
      {"\"a\"", none, "b", false},    {"\"a\"", none, none, false},  {"*", none, "a", true},
      {"*", none, none, false},       {none, "*", none, true},       {none, "*", "a", false},
      {none, "\"a\"", "b", true},     {none, "W/\"a\"", "a", false}, {"\"a\"", "\"b\"", "a", true},
      {"\"a\"", "\"a\"", "a", false},
  };
  for (const Case& c : cases) {
    auto condition = ParseEtagCondition(c.if_match, c.if_none_match);
    ASSERT_TRUE(condition.ok());
    absl::Status status = condition->Check("things/x", c.etag);
    EXPECT_EQ(status.ok(), c.holds) << status;
    EXPECT_EQ(absl::StartsWith(status.message(), "things/x"), !c.holds) << status;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(ParseEtagCondition("a", none).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ParseEtagCondition(none, "").status()));
}

}  // namespace
}  // namespace triad
