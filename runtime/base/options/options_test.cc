#include "runtime/base/options/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

namespace triad {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A program with one option of each kind.
class OptionsTest : public testing::Test {
 protected:
  OptionsTest() {
    parser.Add("listen", &listen, "HOST:PORT to listen on");
    parser.Add("verbose", &verbose, "Say more");
    parser.Add("queue", &queue, "Tasks that may wait");
    parser.Add("drain_timeout", &drain_timeout, "How long to drain");
    parser.Add("upstream", &upstream, "Services");
  }

  ~OptionsTest() override {
    for (const char* name :
         {"TRIAD_LISTEN", "TRIAD_VERBOSE", "TRIAD_QUEUE", "TRIAD_UPSTREAM", "TRIAD_BACKLOG"}) {
      unsetenv(name);
    }
  }

  std::string Error(const std::vector<std::string>& arguments) {
    absl::Status status = parser.Parse(arguments);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    std::string message(status.message());
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    return message;
  }

  std::string listen = "127.0.0.1:4545";
  bool verbose = false;
  std::int64_t queue = 4096;
  absl::Duration drain_timeout = absl::Seconds(30);
  std::vector<std::string> upstream = {"a", "b"};
  OptionParser parser{"triad-test", "Tests options."};
};

TEST_F(OptionsTest, DefaultsStayWithoutArguments) {
  ASSERT_TRUE(parser.Parse({}).ok());
  EXPECT_EQ(listen, "127.0.0.1:4545");
  EXPECT_FALSE(verbose);
  EXPECT_EQ(queue, 4096);
  EXPECT_EQ(drain_timeout, absl::Seconds(30));
  EXPECT_THAT(upstream, ElementsAre("a", "b"));
}

TEST_F(OptionsTest, FlagsInBothSpellings) {
  ASSERT_TRUE(parser
                  .Parse({"--listen=[::1]:0", "--queue", "7", "--drain_timeout", "250ms",
                          "--upstream=x, y", "--upstream", "z", "--verbose"})
                  .ok());
  EXPECT_EQ(listen, "[::1]:0");
  EXPECT_TRUE(verbose);
  EXPECT_EQ(queue, 7);
  EXPECT_EQ(drain_timeout, absl::Milliseconds(250));
  EXPECT_THAT(upstream, ElementsAre("x", "y", "z"));
}

TEST_F(OptionsTest, BooleanBeforeAnotherFlagTakesNoValue) {
  ASSERT_TRUE(parser.Parse({"--verbose", "--queue", "7"}).ok());
  EXPECT_TRUE(verbose);
  EXPECT_EQ(queue, 7);
}

TEST_F(OptionsTest, BooleanCanBeFalse) {
  verbose = true;
  ASSERT_TRUE(parser.Parse({"--verbose=false"}).ok());
  EXPECT_FALSE(verbose);
}

TEST_F(OptionsTest, EmptyValueIsAValue) {
  ASSERT_TRUE(parser.Parse({"--listen=", "--upstream=", "--queue", "7"}).ok());
  EXPECT_EQ(listen, "");
  EXPECT_THAT(upstream, IsEmpty());
  EXPECT_EQ(queue, 7);
}

TEST_F(OptionsTest, TheLastOfARepeatedFlagWins) {
  ASSERT_TRUE(parser.Parse({"--queue=1", "--queue=2"}).ok());
  EXPECT_EQ(queue, 2);
}

TEST_F(OptionsTest, EnvironmentFillsWhatNoFlagSets) {
  setenv("TRIAD_LISTEN", "0.0.0.0:1", 1);
  setenv("TRIAD_QUEUE", "5", 1);
  setenv("TRIAD_VERBOSE", "true", 1);
  setenv("TRIAD_UPSTREAM", "x,y", 1);
  ASSERT_TRUE(parser.Parse({"--queue=6"}).ok());
  EXPECT_EQ(listen, "0.0.0.0:1");
  EXPECT_EQ(queue, 6);
  EXPECT_TRUE(verbose);
  EXPECT_THAT(upstream, ElementsAre("x", "y"));
}

TEST_F(OptionsTest, ErrorsNameTheFlagOrVariableAndWhatIsExpected) {
  EXPECT_EQ(Error({"--queue=many"}), "--queue: expected a whole number, not 'many'");
  EXPECT_EQ(Error({"--verbose=maybe"}), "--verbose: expected true or false, not 'maybe'");
  EXPECT_EQ(Error({"--drain_timeout=5"}),
            "--drain_timeout: expected a duration such as 250ms, 10s or 5m, not '5'");
  EXPECT_THAT(Error({"--drain_timeout=-5s"}), HasSubstr("not '-5s'"));
  EXPECT_EQ(Error({"--queue"}), "--queue: expected a value; see --help");
  EXPECT_EQ(Error({"--colour"}), "unknown argument '--colour'; see --help");
  EXPECT_EQ(Error({"stray\nline"}), "unknown argument 'stray line'; see --help");
  setenv("TRIAD_QUEUE", "x", 1);
  EXPECT_EQ(Error({}), "TRIAD_QUEUE: expected a whole number, not 'x'");
}

TEST_F(OptionsTest, ARetiredOptionNamesWhatToUseInstead) {
  parser.Retired("backlog", "--queue=N");
  EXPECT_TRUE(parser.Parse({}).ok());
  EXPECT_EQ(Error({"--backlog=5"}), "--backlog: is gone; use --queue=N");
  EXPECT_EQ(Error({"--backlog", "5"}), "--backlog: is gone; use --queue=N");
  EXPECT_EQ(Error({"--backlog="}), "--backlog: is gone; use --queue=N");
  setenv("TRIAD_BACKLOG", "5", 1);
  EXPECT_EQ(Error({"--queue=7"}), "TRIAD_BACKLOG: is gone; use --queue=N");
  EXPECT_THAT(std::string(parser.Parse({"--help"}).message()), Not(HasSubstr("backlog")));
}

TEST_F(OptionsTest, NumbersWithAFraction) {
  double ratio = 1;
  parser.Add("ratio", &ratio, "how many");
  EXPECT_TRUE(parser.Parse({"--ratio=0.25"}).ok());
  EXPECT_EQ(ratio, 0.25);
  EXPECT_EQ(Error({"--ratio=most"}), "--ratio: expected a number, not 'most'");
  EXPECT_EQ(Error({"--ratio=nan"}), "--ratio: expected a number, not 'nan'");
}

TEST_F(OptionsTest, NumbersAreHeldToTheirRange) {
  std::int64_t threads = 4;
  std::int64_t bytes = 64;
  double share = 1;
  parser.Add("threads", &threads, "how many", {.min = 1});
  parser.Add("bytes", &bytes, "how many", {.min = 1, .max = 4096});
  parser.Add("share", &share, "how much", {.min = 0, .max = 1});
  EXPECT_TRUE(parser.Parse({"--threads=1", "--bytes=4096", "--share=0"}).ok());
  EXPECT_EQ(Error({"--threads=0"}), "--threads: must be at least 1");
  EXPECT_EQ(Error({"--threads=1", "--bytes=4097"}), "--bytes: must be 1 to 4096");
  EXPECT_EQ(Error({"--threads=1", "--bytes=-1"}), "--bytes: must be 1 to 4096");
  EXPECT_EQ(Error({"--threads=1", "--bytes=1", "--share=1.5"}), "--share: must be 0 to 1");
}

TEST_F(OptionsTest, ChoicesAreHeldToTheirList) {
  std::string format = "text";
  parser.AddChoice("format", &format, "of the log", {"text", "json"});
  EXPECT_TRUE(parser.Parse({"--format=json"}).ok());
  EXPECT_EQ(Error({"--format=xml"}), "--format: must be text or json, not 'xml'");
}

TEST_F(OptionsTest, ChecksRunOnceEverythingIsFilled) {
  parser.AddCheck("queue", [this] {
    return queue > 0 && drain_timeout > absl::ZeroDuration()
               ? absl::OkStatus()
               : absl::InvalidArgumentError("must be at least 1");
  });
  EXPECT_TRUE(parser.Parse({"--drain_timeout=1s"}).ok());
  EXPECT_EQ(Error({"--queue=0"}), "--queue: must be at least 1");
}

TEST_F(OptionsTest, HelpShowsEachFlagWithDefaultAndVariable) {
  absl::Status status = parser.Parse({"--help"});
  EXPECT_TRUE(absl::IsCancelled(status));
  std::string help(status.message());
  EXPECT_THAT(help, HasSubstr("Tests options."));
  EXPECT_THAT(help, HasSubstr("--drain_timeout DURATION"));
  EXPECT_THAT(help, HasSubstr("(default 30s, environment TRIAD_DRAIN_TIMEOUT)"));
  EXPECT_THAT(help, HasSubstr("(default a,b, environment TRIAD_UPSTREAM)"));
}

using OptionsDeathTest = OptionsTest;

TEST_F(OptionsDeathTest, ParseOrExitUsesTheConventionalCodes) {
  char program[] = "triad-test";
  char bad[] = "--colour";
  char version[] = "--version";
  char* bad_arguments[] = {program, bad};
  char* version_arguments[] = {program, version};
  EXPECT_EXIT(parser.ParseOrExit(2, bad_arguments), testing::ExitedWithCode(2),
              "^triad-test: unknown argument '--colour'; see --help\n$");
  EXPECT_EXIT(parser.ParseOrExit(2, version_arguments), testing::ExitedWithCode(0), "^$");
}

TEST_F(OptionsDeathTest, ExitWithErrorSaysOneLine) {
  EXPECT_EXIT(ExitWithError("triad-test", absl::NotFoundError("no\nluck")),
              testing::ExitedWithCode(1), "^triad-test: no luck\n$");
}

}  // namespace
}  // namespace triad
