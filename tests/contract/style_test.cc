// Holds every source to the decisions of docs/style.md that a machine can see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "tests/contract/include_rules.h"
#include "tests/contract/sources.h"
#include "tests/contract/style_rules.h"

namespace triad::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> Sources() {
  return SourcesBelow(TRIAD_SOURCE_DIR, {"runtime", "services", "gateway", "cli", "tests"});
}

TEST(StyleTest, EverySourceKeepsToTheRules) {
  for (const std::string& path : Sources()) {
    for (const std::string& problem : StyleProblems(path, ReadSource(TRIAD_SOURCE_DIR, path))) {
      ADD_FAILURE() << problem;
    }
  }
}

TEST(StyleTest, EveryRuleRefusesItsWrongLine) {
  for (const StyleRule& rule : StyleRules()) {
    EXPECT_THAT(StyleProblems("runtime/base/made_up_test.cc", rule.wrong),
                ElementsAre(HasSubstr(rule.reason)))
        << rule.wrong;
  }
}

TEST(StyleTest, RulesLeaveAloneWhatTheyAreNotAbout) {
  for (const char* line : {
           "  const std::string& name = entry.name;",
           "  const char* text = \"a\";",
           "  const Options options_;",
           "  static constexpr int kMaxWords = 3;",
           "  for (const Row& row : rows) {",
           "      const std::string& name, int count) {",
           "const Clock& Clock::System() {",
           "  EXPECT_EQ(status.ToString(), \"OK\");",
           "TEST_F(EntryStoreTest, RefusesAStaleEtag) {",
       }) {
    EXPECT_THAT(StyleProblems("runtime/base/made_up_test.cc", line), IsEmpty()) << line;
  }
}

TEST(StyleTest, NoFolderHasMoreThanAboutTwentyFiles) {
  std::map<std::string, int> files;
  for (const std::string& path : Sources()) {
    if (!IsTestCode(path)) ++files[std::filesystem::path(path).parent_path().generic_string()];
  }
  for (const auto& [folder, count] : files) EXPECT_LE(count, 24) << folder;
}

}  // namespace
}  // namespace triad::contract
