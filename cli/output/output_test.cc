// What triadctl writes: tables, documents, YAML, diffs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "cli/output/document.h"
#include "cli/output/line_diff.h"
#include "cli/output/style.h"
#include "cli/output/table.h"
#include "runtime/yaml/yaml.h"

namespace triad::cli {
namespace {

using nlohmann::ordered_json;
using ::testing::HasSubstr;

Sink Into(std::string& text) {
  return [&text](absl::string_view more) { absl::StrAppend(&text, more); };
}

TEST(OneLineTest, EscapesWhatCouldSteerATerminal) {
  EXPECT_EQ(OneLine("a\nb\tc\x1b[31m"), "a\\nb\\tc\\x1b[31m");
  EXPECT_EQ(OneLine("\xc2\x9b"
                    "31m"),
            "\\x9b31m");
  EXPECT_EQ(OneLine("größe €"), "größe €");
}

TEST(OneLineTest, CutsAtACharacter) {
  EXPECT_EQ(OneLine("ééé", 2), "éé…");
  EXPECT_EQ(OneLine("ééé", 3), "ééé");
}

TEST(ColoursTest, LeaveTextAloneWhereTheyAreOff) {
  EXPECT_EQ(Colours(false)(Style::kRed, "x"), "x");
  EXPECT_EQ(Colours(true)(Style::kRed, "x"), "\x1b[31mx\x1b[0m");
  EXPECT_EQ(Colours(true)(Style::kRed, ""), "");
}

TEST(TableWriterTest, AlignsByCharactersAndLeavesNoBlanksAtTheEnd) {
  std::string text;
  TableWriter table({"KEY", "VALUE", "NOTE"}, Colours(false), Into(text));
  table.Write({{{"é"}, {"1"}, {""}}, {{"long"}, {""}, {"n"}}});
  EXPECT_EQ(text,
            "KEY   VALUE  NOTE\n"
            "é     1\n"
            "long         n\n");
}

TEST(TableWriterTest, WritesHeadersOnceHoweverManyBatches) {
  std::string text;
  TableWriter table({"K"}, Colours(false), Into(text));
  table.Write({});
  table.Write({{{"a"}}});
  table.Write({{{"b"}}});
  EXPECT_EQ(text, "K\na\nb\n");
}

TEST(FormatFieldsTest, LeavesOutWhatIsEmpty) {
  EXPECT_EQ(FormatFields({{"name", {"a"}}, {"description", {""}}, {"id", {"7"}}}, Colours(false)),
            "name  a\nid    7\n");
}

TEST(ParseDocumentTest, TakesJsonAndYaml) {
  EXPECT_EQ((*ParseDocument(R"({"a":"\ud83d\ude00"})"))["a"], "😀");
  EXPECT_EQ((*ParseDocument("a: b\n"))["a"], "b");
  EXPECT_TRUE(absl::IsInvalidArgument(ParseDocument("a: [").status()));
}

TEST(DocumentWriterTest, WritesOneDocumentPieceByPiece) {
  std::vector<ordered_json> items = {{{"name", "a"}}, {{"name", "b"}, {"n", 1}}};
  ordered_json fields = {{"revision", "7"}};
  ordered_json whole = {{"entries", items}, {"revision", "7"}};
  for (std::size_t count : {0u, 1u, 2u}) {
    whole["entries"] = std::vector<ordered_json>(items.begin(), items.begin() + count);
    std::string json;
    std::string yaml;
    DocumentWriter json_writer("entries", OutputFormat::kJson, Into(json));
    DocumentWriter yaml_writer("entries", OutputFormat::kYaml, Into(yaml));
    for (std::size_t i = 0; i < count; ++i) {
      json_writer.Add(items[i]);
      yaml_writer.Add(items[i]);
    }
    json_writer.End(fields);
    yaml_writer.End(fields);
    EXPECT_EQ(ordered_json::parse(json), whole);
    EXPECT_EQ(*ParseYaml(yaml), whole) << yaml;
  }
}

using Lines = std::vector<std::string>;

TEST(UnifiedDiffTest, SaysNothingOfEqualTexts) {
  EXPECT_EQ(UnifiedDiff({"a", "b"}, {"a", "b"}, Colours(false)), "");
}

TEST(UnifiedDiffTest, ShowsChangesWithThreeLinesAround) {
  Lines before = {"1", "2", "3", "4", "5", "6", "7", "8", "9"};
  Lines after = before;
  after[4] = "five";
  EXPECT_EQ(UnifiedDiff(before, after, Colours(false)),
            "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(UnifiedDiffTest, CutsIntoHunksWhatIsFarApart) {
  Lines before;
  for (int i = 1; i <= 30; ++i) before.push_back(std::to_string(i));
  Lines after = before;
  after[1] = "two";
  after.push_back("31");
  EXPECT_EQ(UnifiedDiff(before, after, Colours(false)),
            "@@ -1,5 +1,5 @@\n 1\n-2\n+two\n 3\n 4\n 5\n"
            "@@ -28,3 +28,4 @@\n 28\n 29\n 30\n+31\n");
}

TEST(UnifiedDiffTest, ShowsWhatIsNewAndWhatIsGone) {
  EXPECT_EQ(UnifiedDiff({}, {"a"}, Colours(false)), "@@ -0,0 +1,1 @@\n+a\n");
  EXPECT_EQ(UnifiedDiff({"a"}, {}, Colours(true)),
            "\x1b[36m@@ -1,1 +0,0 @@\x1b[0m\n\x1b[31m-a\x1b[0m\n");
}

TEST(UnifiedDiffTest, ReplacesWhatIsTooLongToCompare) {
  Lines before(3000, "x");
  Lines after(3000, "y");
  before.front() = after.front() = "same";
  std::string text = UnifiedDiff(before, after, Colours(false));
  EXPECT_THAT(text, ::testing::StartsWith("@@ -1,3000 +1,3000 @@\n same\n-x\n"));
}

}  // namespace
}  // namespace triad::cli
