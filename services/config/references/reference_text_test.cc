#include "services/config/references/reference_text.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "services/config/model/entry_name.h"

namespace triad::config {
namespace {

absl::StatusOr<std::string> InBrackets(const EntryName& name) {
  return absl::StrCat("[", name.space, ":", name.key, "]");
}

std::string Text(absl::string_view text) {
  absl::StatusOr<std::string> replaced = ReplaceInText(text, InBrackets);
  return replaced.ok() ? *replaced
                       : std::string(absl::StatusCodeToString(replaced.status().code()));
}

TEST(ReplaceInTextTest, ReplacesReferencesAndNothingElse) {
  constexpr struct {
    const char* text;
    const char* replaced;
  } kCases[] = {
      {"", ""},
      {"plain", "plain"},
      {"${namespaces/app/entries/db/host}", "[app:db/host]"},
      {"a ${namespaces/a/entries/x}${namespaces/b/entries/y} b", "a [a:x][b:y] b"},
      {"$${namespaces/a/entries/x}", "${namespaces/a/entries/x}"},
      {"$${HOME}", "${HOME}"},
      {"$$${namespaces/a/entries/x}", "$${namespaces/a/entries/x}"},
      {"${HOME} $HOME $ $$ ${", "${HOME} $HOME $ $$ ${"},
      {"100 $", "100 $"},
      {"{namespaces/a/entries/x}", "{namespaces/a/entries/x}"},
  };
  for (const auto& one : kCases) EXPECT_EQ(Text(one.text), one.replaced) << one.text;
}

TEST(ReplaceInTextTest, RefusesWhatIsNoName) {
  for (const char* text :
       {"${namespaces/a/entries/x", "${namespaces/A/entries/x}", "${namespaces/a/entries/}",
        "${namespaces/a/entries/x y}", "${namespaces/a}", "${namespaces/}"}) {
    EXPECT_EQ(Text(text), "INVALID_ARGUMENT") << text;
  }
}

TEST(ReplaceInJsonTest, ReplacesInStringsThatAreValuesAndKeepsTheRest) {
  absl::StatusOr<std::string> replaced = ReplaceInJson(
      "{ \"a\" : \"<${namespaces/a/entries/x}>\",\n"
      " \"${namespaces/a/entries/x}\" :\t[1.10, 12345678901234567890.1, \"\\u00e4\\\"\"],"
      "\"b\":\"\\u0024{namespaces/a/entries/y} \\u00e4\", \"c\":\"\\\\\" }",
      InBrackets);
  ASSERT_TRUE(replaced.ok()) << replaced.status();
  EXPECT_EQ(*replaced,
            "{ \"a\" : \"<[a:x]>\",\n"
            " \"${namespaces/a/entries/x}\" :\t[1.10, 12345678901234567890.1, \"\\u00e4\\\"\"],"
            "\"b\":\"[a:y] \xc3\xa4\", \"c\":\"\\\\\" }");
}

TEST(ReplaceInJsonTest, EscapesWhatIsPutIntoAString) {
  auto quotes = [](const EntryName&) -> absl::StatusOr<std::string> { return "\"\\\n\x01"; };
  absl::StatusOr<std::string> replaced = ReplaceInJson(R"(["${namespaces/a/entries/x}"])", quotes);
  ASSERT_TRUE(replaced.ok()) << replaced.status();
  EXPECT_EQ(*replaced, R"(["\"\\\n\u0001"])");
}

TEST(ReplaceInJsonTest, ADocumentMayBeAString) {
  absl::StatusOr<std::string> replaced =
      ReplaceInJson(R"("${namespaces/a/entries/x}")", InBrackets);
  ASSERT_TRUE(replaced.ok()) << replaced.status();
  EXPECT_EQ(*replaced, R"("[a:x]")");
}

}  // namespace
}  // namespace triad::config
