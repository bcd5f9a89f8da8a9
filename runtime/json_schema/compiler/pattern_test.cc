#include "runtime/json_schema/compiler/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace triad::json_schema {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

bool Matches(absl::string_view ecma, absl::string_view text) {
  absl::StatusOr<std::shared_ptr<const Pattern>> pattern = Pattern::Compile(ecma);
  EXPECT_TRUE(pattern.ok()) << ecma << " " << pattern.status();
  return pattern.ok() && (*pattern)->Matches(text);
}

std::string ErrorOf(absl::string_view ecma) {
  absl::StatusOr<std::shared_ptr<const Pattern>> pattern = Pattern::Compile(ecma);
  EXPECT_EQ(pattern.status().code(), absl::StatusCode::kInvalidArgument) << ecma;
  return std::string(pattern.status().message());
}

// More of them stand in tests/json_schema, which asks a JavaScript engine.
TEST(PatternTest, MeansWhatItMeansInEcma262) {
  EXPECT_TRUE(Matches("b", "abc"));
  EXPECT_FALSE(Matches("^b$", "a\nb"));
  EXPECT_FALSE(Matches("^.$", "\r"));
  EXPECT_FALSE(Matches("^.$", "\u2028"));
  EXPECT_TRUE(Matches("^.$", "😀"));
  EXPECT_TRUE(Matches("^\\s$", "\u00a0"));
  EXPECT_FALSE(Matches("\\S", "\u3000\ufeff\v"));
  EXPECT_TRUE(Matches("^[\\s\\S]$", "\n"));
  EXPECT_TRUE(Matches("^[\\Sb]$", "😀"));
  EXPECT_FALSE(Matches("\\d", "٣"));
  EXPECT_FALSE(Matches("\\w", "é"));
  EXPECT_TRUE(Matches("^\\p{L}$", "é"));
  EXPECT_TRUE(
      Matches("^\\ud83d\\ude00\\u{1F600}\\u0041\\x42\\cJ\\0$", absl::string_view("😀😀AB\n\0", 12)));
  EXPECT_TRUE(Matches("^[[:alpha:]]$", "a]"));
  EXPECT_TRUE(Matches("^[^]$", "\n"));
  EXPECT_FALSE(Matches("[]", "a"));
  EXPECT_TRUE(Matches("^[\\b]$", "\b"));
  EXPECT_TRUE(Matches("^\\/\\-\\_[\\-\\s]$", "/-_-"));
}

TEST(PatternTest, RefusesWhatRe2CannotDo) {
  for (const char* ecma :
       {"(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?<name>a)", "(?i)a", "(?P<n>a)"}) {
    EXPECT_EQ(ErrorOf(ecma), "must be a pattern without lookarounds, named groups and flags, '(?'");
  }
  for (const char* ecma : {"\\1",
                           "\\k<n>",
                           "\\A",
                           "\\z",
                           "\\Q",
                           "\\C",
                           "\\a",
                           "\\pL",
                           "\\p{",
                           "\\x4",
                           "\\u12",
                           "\\u{}",
                           "\\u{123456789}",
                           "\\ud83d",
                           "\\ud83d\\u0041",
                           "\\c1",
                           "\\01",
                           "[\\B]",
                           "[+-\\s]",
                           "\\é"}) {
    EXPECT_THAT(ErrorOf(ecma), StartsWith("must be a pattern without the escape '\\")) << ecma;
  }
  EXPECT_EQ(ErrorOf("a\\"), "must be a pattern without a backslash at its end");
}

TEST(PatternTest, RefusesWhatIsNoPattern) {
  for (const char* ecma : {"(", ")", "[", "[b-a]", "*", "a**", "\\p{Klingon}", "\\u{110000}"}) {
    EXPECT_THAT(ErrorOf(ecma), StartsWith("must be a pattern that RE2 takes: ")) << ecma;
  }
}

TEST(PatternTest, RefusesWhatIsTooLarge) {
  EXPECT_THAT(ErrorOf("a{1001}"), HasSubstr("RE2"));
  EXPECT_THAT(ErrorOf("((a{100}){100}){100}"), HasSubstr("RE2"));
  std::string classes;
  for (int i = 0; i < 500; ++i) absl::StrAppend(&classes, "\\p{L}{9}");
  EXPECT_THAT(ErrorOf(classes), HasSubstr("RE2"));
  EXPECT_EQ(ErrorOf(std::string(4097, 'a')), "must be a pattern of at most 4096 bytes");
}

TEST(PatternTest, TakesTimeInProportionToTheText) {
  std::string text(1024 * 1024, 'a');
  EXPECT_FALSE(Matches("(a|b)*c", text));
  EXPECT_FALSE(Matches("^(a+)+$", absl::StrCat(text, "!")));
  EXPECT_FALSE(Matches("(x+x+)+y", std::string(1024 * 1024, 'x')));
}

}  // namespace
}  // namespace triad::json_schema
