// The table of commands, and what is made from it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/commands.h"
#include "cli/session.h"
#include "cli/table/completion.h"
#include "cli/table/help.h"
#include "cli/table/parse.h"
#include "cli/table/suggest.h"
#include "services/transform/engine/catalogue.h"

namespace triad::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Args = std::vector<std::string>;

std::string Problem(const Args& args) {
  absl::StatusOr<Invocation> invocation = Parse(Commands(), args);
  EXPECT_EQ(ExitCodeOf(invocation.status()), ExitCode::kUsage) << invocation.status();
  return std::string(invocation.status().message());
}

TEST(CommandTableTest, EveryCommandHasSummaryAndExamplesThatParse) {
  for (const Command& command : Commands().commands()) {
    EXPECT_FALSE(command.summary.empty()) << command.words;
    EXPECT_FALSE(absl::EndsWith(command.summary, ".")) << command.words;
    EXPECT_THAT(std::string(command.examples), HasSubstr(absl::StrCat("triadctl ", command.words)));
  }
}

TEST(CommandTableTest, NoWordsStandForTwoCommandsOrACommandAndAGroup) {
  std::set<absl::string_view> seen;
  for (const Command& command : Commands().commands()) {
    EXPECT_TRUE(seen.insert(command.words).second) << command.words;
  }
  for (const Group& group : Commands().groups()) {
    EXPECT_EQ(seen.count(group.words), 0u) << group.words;
  }
}

TEST(CommandTableTest, EveryGroupOfWordsHasASummaryOrIsACommandItself) {
  for (const Command& command : Commands().commands()) {
    std::size_t space = command.words.rfind(' ');
    if (space == absl::string_view::npos) continue;
    absl::string_view words = command.words.substr(0, space);
    EXPECT_TRUE(Commands().FindGroup(words) != nullptr || Commands().Find(words) != nullptr)
        << command.words;
  }
}

TEST(CommandTableTest, NoFlagHidesAnother) {
  for (const Command& command : Commands().commands()) {
    std::multiset<std::string> names;
    std::multiset<char> letters;
    for (const auto* flags : {&GlobalFlags(), &command.flags}) {
      for (const Flag& flag : *flags) {
        names.emplace(flag.name);
        if (flag.letter != 0) letters.insert(flag.letter);
      }
    }
    for (const std::string& name : names) EXPECT_EQ(names.count(name), 1u) << name;
    for (char letter : letters) EXPECT_EQ(letters.count(letter), 1u) << command.words << letter;
  }
}

TEST(ParseTest, TakesFlagsWhereverTheyStand) {
  Invocation one =
      *Parse(Commands(), {"-o", "json", "config", "set", "--type=int", "a/b", "-5", "-nshop"});
  EXPECT_EQ(one.words, "config set");
  EXPECT_THAT(one.arguments, ElementsAre("a/b", "-5"));
  EXPECT_EQ(one.flags.Text("output"), "json");
  EXPECT_EQ(one.flags.Text("type"), "int");
  EXPECT_EQ(one.flags.Text("namespace"), "shop");
}

TEST(ParseTest, TakesEverythingBehindTwoDashesForArguments) {
  Invocation one = *Parse(Commands(), {"config", "set", "--", "a/b", "--secret"});
  EXPECT_THAT(one.arguments, ElementsAre("a/b", "--secret"));
  EXPECT_FALSE(one.flags.Has("secret"));
}

TEST(ParseTest, WordsOfACommandStandBeforeItsArguments) {
  EXPECT_EQ(Parse(Commands(), {"transform", "list"})->words, "transform list");
  Invocation recipe = *Parse(Commands(), {"transform", "gunzip", "list"});
  EXPECT_EQ(recipe.words, "transform");
  EXPECT_THAT(recipe.arguments, ElementsAre("gunzip", "list"));
  EXPECT_THAT(Parse(Commands(), {"transform", "--", "list"})->arguments, ElementsAre("list"));
}

TEST(ParseTest, TheLastOfAFlagCountsAndRepeatedOnesAllDo) {
  Invocation one = *Parse(Commands(), {"config", "watch", "shop", "--prefix", "a", "--prefix=b",
                                       "--wait", "1s", "--wait", "2m"});
  EXPECT_THAT(one.flags.All("prefix"), ElementsAre("a", "b"));
  EXPECT_EQ(one.flags.Duration("wait", absl::ZeroDuration()), absl::Minutes(2));
}

TEST(ParseTest, HelpIsHelpWhateverElseIsWrong) {
  for (const Args& args : {Args{"config", "set", "-h"},
                           {"-h", "config", "set"},
                           {"config", "-h", "set"},
                           {"config", "set", "--bogus", "--help"},
                           {"config", "set", "a", "b", "c", "--type", "x", "-h"}}) {
    absl::StatusOr<Invocation> one = Parse(Commands(), args);
    ASSERT_TRUE(one.ok()) << one.status();
    EXPECT_TRUE(one->help);
    EXPECT_EQ(one->words, "config set");
  }
}

TEST(ParseTest, SuggestsTheNearestWord) {
  EXPECT_THAT(Problem({"confg"}), HasSubstr("did you mean 'config'?"));
  EXPECT_THAT(Problem({"config", "lsit"}), HasSubstr("did you mean 'list'?"));
  EXPECT_THAT(Problem({"config", "namespaces", "crate"}), HasSubstr("did you mean 'create'?"));
  EXPECT_THAT(Problem({"config", "list", "--selctor", "a"}),
              HasSubstr("did you mean '--selector'?"));
  EXPECT_THAT(Problem({"config", "get", "a/b", "-o", "jsn"}), HasSubstr("did you mean 'json'?"));
  EXPECT_THAT(Problem({"quux"}), Not(HasSubstr("did you mean")));
}

TEST(ParseTest, NamesWhatIsWrong) {
  EXPECT_THAT(Problem({"config", "get"}), HasSubstr("'config get' needs NS/KEY"));
  EXPECT_THAT(Problem({"config", "get", "a/b", "c"}), HasSubstr("takes 1 argument, not 2"));
  EXPECT_THAT(Problem({"config", "get", "a/b", "--at-version", "x"}),
              HasSubstr("--at-version: expected a whole number"));
  EXPECT_THAT(Problem({"--wait", "soon", "version"}), HasSubstr("--wait: expected a duration"));
  EXPECT_THAT(Problem({"config", "get", "a/b", "--raw=yes"}), HasSubstr("--raw: takes no value"));
  EXPECT_THAT(Problem({"config", "get", "a/b", "--server"}), HasSubstr("--server: expected URL"));
  EXPECT_THAT(Problem({"completion", "fish"}), HasSubstr("SHELL: must be bash or zsh"));
}

// Or what stood behind the first words would be left out without a word: nothing would be local.
TEST(ParseTest, TakesNoFlagOfACommandWithFewerWords) {
  std::string problem = "'transform recipes run' takes no --local: leave it out";
  EXPECT_THAT(Problem({"transform", "recipes", "run", "find", "--local"}), HasSubstr(problem));
  EXPECT_THAT(Problem({"transform", "--local", "recipes", "run", "find"}), HasSubstr(problem));
  EXPECT_TRUE(Parse(Commands(), {"transform", "--local", "list"}).ok()) << "which has the same";
}

TEST(ParseTest, TakesAnyNumberOfWhatIsRepeatedWhereverItStands) {
  Invocation one = *Parse(Commands(), {"storage", "cp", "a", "b", "triad://c"});
  EXPECT_THAT(one.arguments, ElementsAre("a", "b", "triad://c"));
  EXPECT_THAT(Problem({"storage", "cp", "a"}), HasSubstr("'storage cp' needs DESTINATION"));
  EXPECT_THAT(CommandHelp(*Commands().Find("storage cp"), Colours(false)),
              HasSubstr("triadctl storage cp SOURCE... DESTINATION [flags]"));
}

TEST(ParseTest, AGroupAloneIsNoCommand) {
  Invocation one = *Parse(Commands(), {"config", "namespaces"});
  EXPECT_EQ(one.command, nullptr);
  EXPECT_EQ(one.words, "config namespaces");
}

TEST(EditDistanceTest, CountsASwapOnce) {
  EXPECT_EQ(EditDistance("list", "list"), 0u);
  EXPECT_EQ(EditDistance("lsit", "list"), 1u);
  EXPECT_EQ(EditDistance("", "abc"), 3u);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3u);
}

TEST(HelpTest, NamesArgumentsFlagsAndExamples) {
  std::string help = CommandHelp(*Commands().Find("config get"), Colours(false));
  EXPECT_THAT(help, HasSubstr("triadctl config get NS/KEY [flags]"));
  EXPECT_THAT(help, HasSubstr("--at-version N"));
  EXPECT_THAT(help, HasSubstr("-o, --output FORMAT"));
  EXPECT_THAT(help, HasSubstr("Examples\n  triadctl config get shop/checkout/timeout"));
}

TEST(HelpTest, TheManualHasEveryCommandAndFlagAndExitCode) {
  std::string manual = ManualText(Commands(), Colours(false));
  for (const Command& command : Commands().commands()) {
    EXPECT_EQ(absl::StrContains(manual, absl::StrCat("\ntriadctl ", command.words, "\n")),
              !command.hidden)
        << command.words;
    for (const Flag& flag : command.flags) {
      EXPECT_THAT(manual, HasSubstr(absl::StrCat("--", flag.name)));
    }
  }
  for (const ExitCodeRow& row : ExitCodes()) {
    EXPECT_THAT(manual, HasSubstr(absl::StrCat("\n  ", static_cast<int>(row.code), " ")));
  }
}

TEST(HelpTest, LinesAreShort) {
  for (absl::string_view line : absl::StrSplit(ManualText(Commands(), Colours(false)), '\n')) {
    EXPECT_LE(line.size(), 110u) << line;
  }
}

class CompletionTest : public ::testing::Test {
 protected:
  // Of a server that is not there.
  Session session_{
      Commands(), {}, {{}, {{"prod", {}}, {"staging", {}}}}, {.server = "http://127.0.0.1:1"}};

  std::vector<std::string> Candidates(const Args& words) {
    std::vector<std::string> texts;
    for (const auto& one : Complete(Commands(), session_, words).candidates) {
      texts.push_back(one.text);
    }
    return texts;
  }
};

TEST_F(CompletionTest, CompletesWordsByTheTable) {
  EXPECT_THAT(Candidates({"conf"}), ElementsAre("config"));
  EXPECT_THAT(Candidates({"storage", "r"}), ElementsAre("rm", "restore", "rb"));
  EXPECT_THAT(Candidates({"config", "un"}), ElementsAre("undelete"));
  EXPECT_THAT(Candidates({"config", "namespaces", ""}), ElementsAre("list", "create", "delete"));
  EXPECT_THAT(Candidates({""}), Not(Contains("__complete")));
}

TEST_F(CompletionTest, CompletesFlagsAndTheirValues) {
  EXPECT_THAT(Candidates({"config", "set", "a/b", "--des"}), ElementsAre("--description"));
  EXPECT_THAT(Candidates({"config", "set", "a/b", "--type", "j"}), ElementsAre("json"));
  EXPECT_THAT(Candidates({"-o", ""}), ElementsAre("table", "json", "yaml"));
  EXPECT_TRUE(Complete(Commands(), session_, {"config", "set", "--from-file", ""}).files);
}

TEST_F(CompletionTest, CompletesArguments) {
  EXPECT_THAT(Candidates({"completion", ""}), ElementsAre("bash", "zsh"));
  EXPECT_THAT(Candidates({"profile", "use", ""}), ElementsAre("prod", "staging"));
  EXPECT_TRUE(Complete(Commands(), session_, {"config", "commit", "o"}).files);
  EXPECT_TRUE(Complete(Commands(), session_, {"storage", "cp", "a", "b", "c"}).files);
}

TEST_F(CompletionTest, CompletesRecipesWithinTheirQuote) {
  EXPECT_THAT(Candidates({"transform", "'from-base6"}), ElementsAre("from-base64", "from-base64("));
  EXPECT_THAT(Candidates({"transform", "'gzip(le"}), ElementsAre("gzip(level=", "gzip(level=6"));
  EXPECT_THAT(Candidates({"transform", "\"gunzip | sha2"}),
              ElementsAre("gunzip | sha256", "gunzip | sha256("));
  EXPECT_THAT(Candidates({"transform", "unhex|to-base64(alphabet=url, line_e"}),
              ElementsAre("unhex|to-base64(alphabet=url, line_end=lf",
                          "unhex|to-base64(alphabet=url, line_end=crlf"));
  EXPECT_THAT(Candidates({"transform", "'to-base64(alphabet="}),
              ElementsAre("to-base64(alphabet=standard", "to-base64(alphabet=url"));
  EXPECT_THAT(Candidates({"transform", "'to-base64(alphabet='u"}), IsEmpty());
  EXPECT_THAT(Candidates({"transform", "'gunzip # from-b"}), IsEmpty());
}

TEST_F(CompletionTest, LeavesTheQuoteOfARecipeOpen) {
  EXPECT_THAT(Candidates({"transform", "'gunz"}), ElementsAre("gunzip", "gunzip | "));
  EXPECT_THAT(Candidates({"transform", "'to-base64(alphabet=u"}),
              ElementsAre("to-base64(alphabet=url)", "to-base64(alphabet=url, "));
}

TEST_F(CompletionTest, CompletesWhatStandsBesideRecipes) {
  EXPECT_THAT(Candidates({"transform", "lis"}), ElementsAre("list"));
  EXPECT_THAT(Candidates({"transform", "show", "unx"}), ElementsAre("unxz"));
  EXPECT_TRUE(Complete(Commands(), session_, {"transform", "'gunzip'", "fi"}).files);
  EXPECT_THAT(Candidates({"transform", "'gunzip'", "--in"}), ElementsAre("--in-place"));
}

TEST_F(CompletionTest, NoOperationHasTheNameOfACommand) {
  for (const std::string& word : Commands().WordsAfter("transform")) {
    EXPECT_EQ(transform::FindOperation(word), nullptr) << word;
  }
}

TEST_F(CompletionTest, SaysNothingOfAServerThatIsAway) {
  EXPECT_THAT(Candidates({"config", "get", ""}), IsEmpty());
}

}  // namespace
}  // namespace triad::cli
