#include "runtime/yaml/yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace triad {
namespace {

using nlohmann::ordered_json;
using ::testing::HasSubstr;

TEST(YamlTest, QuotesWhatAnotherReaderCouldTakeForSomethingElse) {
  for (const char* text : {"", "yes", "No", "true", "null", "~", "12", "1e3", "-.inf", "0x1F",
                           "2026-11-21", "=", "---", "12:30"}) {
    EXPECT_EQ(FormatYaml({{"k", text}}), absl::StrCat("k: \"", text, "\"\n"));
  }
  EXPECT_EQ(FormatYaml({{"k", "plain text"}}), "k: plain text\n");
}

TEST(YamlTest, ReadsWhatItHasWritten) {
  ordered_json value = {{"text", "a: b # c\n\"quoted\"\té"},
                        {"empty", ordered_json::object()},
                        {"list", {1, -2.5, true, nullptr, "null", ordered_json::array()}},
                        {"nested", {{{"deep", {{"er", "x"}}}}}},
                        {"long", std::string(300, 'x') + " " + std::string(300, 'y')}};
  EXPECT_EQ(*ParseYaml(FormatYaml(value)), value) << FormatYaml(value);
}

TEST(YamlTest, RefusesWithThePlace) {
  auto problem = [](absl::string_view text) {
    return std::string(ParseYaml(text).status().message());
  };
  EXPECT_THAT(problem("a: [1\nb: 2"), HasSubstr("line 2"));
  EXPECT_THAT(problem("a: 1\na: 2"), HasSubstr("line 2, column 1: a key stands there twice"));
  EXPECT_THAT(problem("a: &x 1\nb: *x"), HasSubstr("line 2, column 4: aliases"));
  EXPECT_THAT(problem("a: !!int 1"), HasSubstr("tags"));
  EXPECT_THAT(problem("a: 1\n---\nb: 1"), HasSubstr("one document"));
  EXPECT_THAT(problem(std::string(200, '[')), HasSubstr("levels"));
  EXPECT_TRUE(ParseYaml("")->is_null());
}

}  // namespace
}  // namespace triad
