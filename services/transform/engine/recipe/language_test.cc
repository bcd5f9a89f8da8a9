#include "services/transform/engine/recipe/language.h"

#include <gtest/gtest.h>

#include <random>

namespace triad::transform {
namespace {

std::string Refusal(absl::string_view text) {
  auto recipe = ParseRecipe(text);
  EXPECT_TRUE(absl::IsInvalidArgument(recipe.status())) << text;
  return std::string(recipe.status().message());
}

TEST(LanguageTest, ReadsStepsWithArguments) {
  Recipe expected = {{"from-base64"}, {"gunzip"}, {"json-pretty", {{"indent", "2"}}}};
  EXPECT_EQ(*ParseRecipe("from-base64 | gunzip | json-pretty(indent=2)"), expected);
  EXPECT_EQ(*ParseRecipe(" from-base64|gunzip()\n|json-pretty ( indent = 2 ) "), expected);
}

TEST(LanguageTest, ReadsValuesInThreeWays) {
  Recipe expected = {{"x", {{"a", "1:2/3.é$[]{}"}, {"b", R"~(\d+ "(a|b)" # no, comment)~"}}}};
  EXPECT_EQ(*ParseRecipe(R"~(x(a=1:2/3.é$[]{}, b='\d+ "(a|b)" # no, comment'))~"), expected);
  expected = {{"x", {{"a", "\"\\\n\r\té'"}, {"b", ""}}}};
  EXPECT_EQ(*ParseRecipe(R"~(x(a="\"\\\n\r\t\u{e9}'", b=''))~"), expected);
}

TEST(LanguageTest, ReadsVariablesCommentsAndWhatIsOff) {
  Recipe expected = {{.operation = "sort", .as = "sorted", .comment = "first so"},
                     {.operation = "gunzip", .comment = "not now", .disabled = true},
                     {.operation = "diff", .arguments = {{"other", "${sorted}"}}}};
  EXPECT_EQ(*ParseRecipe("# first\nsort as sorted # so\n| off gunzip # not now\n"
                         "| diff(other=${sorted})"),
            expected);
}

TEST(LanguageTest, PointsAtWhatIsWrong) {
  EXPECT_EQ(Refusal(""), "must have the name of an operation, at line 1, column 1");
  EXPECT_EQ(Refusal("a |"), "must have the name of an operation, at line 1, column 4");
  EXPECT_EQ(Refusal("a b"), "must have '|' between two steps, at line 1, column 3");
  EXPECT_EQ(Refusal("é"), "must have the name of an operation, at line 1, column 1");
  EXPECT_EQ(Refusal("a |\n  b(c)"),
            "must have '=' after the name of an argument, at line 2, column 6");
  EXPECT_EQ(Refusal("a(b=)"), "must have a value after '=', at line 1, column 5");
  EXPECT_EQ(Refusal("a(b=1 c=2)"), "must have ',' or ')' after an argument, at line 1, column 7");
  EXPECT_EQ(Refusal("a(b=1,)"), "must have the name of an argument, at line 1, column 7");
  EXPECT_EQ(Refusal("a(b=1, b=2)"), "has an argument twice, at line 1, column 8");
  EXPECT_EQ(Refusal("a(b=é, c='x)"), "has a quote without its end, at line 1, column 10");
  EXPECT_EQ(Refusal("a(b=\"x)"), "has a quote without its end, at line 1, column 5");
  EXPECT_EQ(Refusal("a as"), "must have the name of a variable after 'as', at line 1, column 5");
  for (const char* text : {R"~(a(b="\q"))~", R"~(a(b="\u{}"))~", R"~(a(b="\u{d800}"))~",
                           R"~(a(b="\u{110000}"))~", R"~(a(b="\u{-1}"))~"}) {
    EXPECT_EQ(Refusal(text),
              "must have one of \" \\ n r t u{X} after a backslash, at line 1, column 6");
  }
  EXPECT_EQ(Refusal("a\xff"), "is not UTF-8");
}

TEST(LanguageTest, WritesTheUsualForm) {
  EXPECT_EQ(FormatRecipe({{"a"}, {"b", {{"x", "1"}, {"y", "a b"}}, "v"}}),
            "a | b(x=1, y='a b') as v");
  EXPECT_EQ(FormatRecipe({{"a", {{"x", "it's"}}}, {"b", {{"x", ""}}}}),
            R"~(a(x="it's") | b(x=''))~");
  EXPECT_EQ(
      FormatRecipe({{.operation = "a", .comment = "why"}, {.operation = "b", .disabled = true}}),
      "a  # why\n| off b");
}

// What is written is read back as the same.
TEST(LanguageTest, ReadsWhatItWrites) {
  std::mt19937 random(1);
  const std::string pieces[] = {"a",
                                "Z",
                                " ",
                                "\n",
                                "\t",
                                "\r",
                                "\"",
                                "'",
                                "\\",
                                "#",
                                "|",
                                "(",
                                ")",
                                ",",
                                "=",
                                "é",
                                "😀",
                                "${v}",
                                std::string(1, '\0'),
                                "\x7f"};
  auto text = [&] {
    std::string value;
    for (unsigned length = random() % 6; length > 0; --length) value += pieces[random() % 20];
    return value;
  };
  for (int round = 0; round < 5'000; ++round) {
    Recipe recipe(1 + random() % 3);
    for (Step& step : recipe) {
      step.operation = random() % 2 == 0 ? "to-hex" : "b_2";
      for (unsigned count = random() % 3; count > 0; --count) {
        step.arguments.insert({std::string(1, static_cast<char>('x' + random() % 3)), text()});
      }
      if (random() % 3 == 0) step.as = "kept";
      if (random() % 3 == 0) step.comment = "a (b) | # \"c";
      step.disabled = random() % 3 == 0;
    }
    std::string written = FormatRecipe(recipe);
    auto read = ParseRecipe(written);
    ASSERT_TRUE(read.ok()) << written << "\n" << read.status();
    ASSERT_EQ(*read, recipe) << written;
  }
}

}  // namespace
}  // namespace triad::transform
