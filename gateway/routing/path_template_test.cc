#include "gateway/routing/path_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace triad::gateway {
namespace {

using ::testing::HasSubstr;

// "lit * **:verb a=[0,1) b=[1,3)+": + marks a variable of several segments.
std::string Show(const PathTemplate& path) {
  std::string text;
  for (const auto& segment : path.segments) {
    const char* kind = segment.kind == PathTemplate::Kind::kOne    ? "*"
                       : segment.kind == PathTemplate::Kind::kRest ? "**"
                                                                   : segment.text.c_str();
    absl::StrAppend(&text, text.empty() ? "" : " ", kind);
  }
  if (!path.verb.empty()) absl::StrAppend(&text, ":", path.verb);
  for (const auto& variable : path.variables) {
    absl::StrAppend(&text, " ", variable.field_path, "=[", variable.begin, ",", variable.end, ")",
                    variable.multi_segment ? "+" : "");
  }
  return text;
}

TEST(PathTemplateTest, FollowsTheGrammar) {
  const std::pair<const char*, const char*> cases[] = {
      {"/v1", "v1"},
      {"/v1/things", "v1 things"},
      {"/v1/*", "v1 *"},
      {"/v1/**", "v1 **"},
      {"/v1/{a}", "v1 * a=[1,2)"},
      {"/v1/{a=*}", "v1 * a=[1,2)"},
      {"/v1/{a=**}", "v1 ** a=[1,2)+"},
      {"/v1/{a=x}", "v1 x a=[1,2)"},
      {"/v1/{a=x/*}", "v1 x * a=[1,3)+"},
      {"/v1/{a=x/*/y/**}", "v1 x * y ** a=[1,5)+"},
      {"/v1/{a.b_c.d1}", "v1 * a.b_c.d1=[1,2)"},
      {"/v1/{a}/{b=x/*}/**", "v1 * x * ** a=[1,2) b=[2,4)+"},
      {"/", ""},
      {"/v1/{a=**}/x", "v1 ** x a=[1,2)+"},
      {"/v1/**/{a}:run", "v1 ** *:run a=[2,3)"},
      {"/{a=**/x}/{b=y/*}", "** x y * a=[0,2)+ b=[2,4)+"},
      {"/v1/things:run", "v1 things:run"},
      {"/v1/{a}:run", "v1 *:run a=[1,2)"},
      {"/v1/{a=**}:run", "v1 **:run a=[1,2)+"},
      {"/{_a}", "* _a=[0,1)"},
      {"/v1/a%20b", "v1 a b"},
      {"/v1/a%3Ab:c%2fd", "v1 a:b:c/d"},
      {"/-._~!$&'()+,;=@", "-._~!$&'()+,;=@"},
      {"/{a=b=c}", "b=c a=[0,1)"},
  };
  for (const auto& [text, expected] : cases) {
    auto path = ParsePathTemplate(text);
    ASSERT_TRUE(path.ok()) << text << ": " << path.status();
    EXPECT_EQ(Show(*path), expected) << text;
  }
}

TEST(PathTemplateTest, SaysWhatIsWrongAndWhere) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "at byte 0: expected '/', found the end"},
      {"v1", "at byte 0: expected '/', found 'v'"},
      {"/:run", "at byte 1: expected a segment, found ':'"},
      {"/v1/", "at byte 4: expected a segment, found the end"},
      {"//v1", "at byte 1: expected a segment, found '/'"},
      {"/v1?x", "at byte 3: expected '/', ':' or the end, found '?'"},
      {"/v1/x*", "at byte 5: expected '/', ':' or the end, found '*'"},
      {"/v1/***", "at byte 6: expected '/', ':' or the end, found '*'"},
      {"/v1/{", "at byte 5: expected a field's name, found the end"},
      {"/v1/{}", "at byte 5: expected a field's name, found '}'"},
      {"/v1/{1a}", "at byte 5: expected a field's name, found '1'"},
      {"/v1/{a.}", "at byte 7: expected a field's name, found '}'"},
      {"/v1/{a", "at byte 6: expected '}', found the end"},
      {"/v1/{a=}", "at byte 7: expected a segment, found '}'"},
      {"/v1/{a=/x}", "at byte 7: expected a segment, found '/'"},
      {"/v1/{a={b}}", "at byte 7: a variable cannot hold another"},
      {"/v1/{a}x", "at byte 7: expected '/', ':' or the end, found 'x'"},
      {"/v1/{a=**}/x/**", "at byte 15: \"**\" can stand only once"},
      {"/v1/{a=**/x/**}", "at byte 14: \"**\" can stand only once"},
      {"/v1/{a}/{a}", "at byte 10: field \"a\" is bound twice"},
      {"/v1:", "at byte 4: expected a segment, found the end"},
      {"/v1:a:b", "at byte 5: expected '/', ':' or the end, found ':'"},
      {"/v1:a/b", "at byte 5: expected '/', ':' or the end, found '/'"},
      {"/v1/{a:run}", "at byte 6: expected '}', found ':'"},
      {"/v1/%4", "is not a percent-escape"},
      {"/v1/%00", "NUL is not allowed"},
      {"/v1/%FF", "must be UTF-8"},
      {"/v1/\xC3\xA9", "at byte 4: expected a segment"},
      {"/v1 /x", "at byte 3: expected '/', ':' or the end, found ' '"},
      {"/v1}", "at byte 3: expected '/', ':' or the end, found '}'"},
  };
  for (const auto& [text, problem] : cases) {
    auto path = ParsePathTemplate(text);
    ASSERT_FALSE(path.ok()) << text;
    EXPECT_EQ(path.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(path.status().message()), HasSubstr(problem)) << text;
  }
}

// Every prefix of a template is a template or is refused with a place in it.
TEST(PathTemplateTest, SurvivesCutInput) {
  std::string text = "/v1/{a.b=x/*/y%20z/**}:run";
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto path = ParsePathTemplate(text.substr(0, i));
    if (!path.ok()) {
      EXPECT_THAT(std::string(path.status().message()), HasSubstr("at byte "));
    }
  }
}

TEST(PathTemplateTest, SurvivesAnyInput) {
  const absl::string_view pieces[] = {"/", "{", "}", "*",   "**", "a",
                                      "=", ".", ":", "%20", "%",  "\xFF"};
  std::uint32_t state = 3;
  for (int i = 0; i < 20000; ++i) {
    std::string text = "/";
    for (int length = 0; length < 10; ++length) {
      state = state * 1664525 + 1013904223;
      absl::StrAppend(&text, pieces[(state >> 16) % 12]);
    }
    auto path = ParsePathTemplate(text);
    if (!path.ok()) continue;
    for (const auto& variable : path->variables) {
      EXPECT_LT(variable.begin, variable.end) << text;
      EXPECT_LE(variable.end, path->segments.size()) << text;
    }
  }
}

}  // namespace
}  // namespace triad::gateway
