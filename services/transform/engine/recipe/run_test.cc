#include "services/transform/engine/recipe/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/transform/engine/recipe/language.h"

namespace triad::transform {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RunTest : public ::testing::Test {
 protected:
  absl::StatusOr<RunResult> Run(absl::string_view input, absl::string_view recipe,
                                const RunOptions& options = {}) {
    return RunRecipe(input, *ParseRecipe(recipe), options, memory_, NeverCancelled);
  }

  std::string Output(absl::string_view input, absl::string_view recipe,
                     const RunOptions& options = {}) {
    auto result = Run(input, recipe, options);
    if (!result.ok()) return result.status().ToString();
    return result->failure ? result->failure->status.ToString() : result->output;
  }

  // What is wrong, found before or while it runs.
  std::string Refusal(absl::string_view input, absl::string_view recipe) {
    auto result = Run(input, recipe);
    absl::Status status = result.ok() ? result->failure.value().status : result.status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    return std::string(status.message());
  }

  absl::Status Failure(absl::string_view input, absl::string_view recipe,
                       const RunOptions& options) {
    auto result = Run(input, recipe, options);
    EXPECT_TRUE(result.ok()) << result.status();
    return result->failure ? result->failure->status : absl::OkStatus();
  }

  RunningBytes memory_{std::int64_t{256} * 1024 * 1024};
};

TEST_F(RunTest, FeedsEachStepTheOutputOfTheOneBefore) {
  EXPECT_EQ(Output("straße", "change-case | reverse | to-base64"), "RVNTQVJUUw==");
  EXPECT_EQ(Output("/w==", "from-base64 | to-hex"), "ff");
  EXPECT_EQ(Output("/w==", "from-base64"), "\xff");
  EXPECT_EQ(Output("", "from-base64 | to-hex | sort"), "");
}

TEST_F(RunTest, FindsOperationsByTheirAliases) {
  EXPECT_EQ(Output("abc", "base64 | unbase64 | hex"), "616263");
}

TEST_F(RunTest, KeepsLineEndsWhereTheyAre) {
  EXPECT_EQ(Output("a\r\nb", "reverse(by=line)"), "b\r\na");
  EXPECT_EQ(Output("a\n\nb\n", "reverse(by=line)"), "b\n\na\n");
  EXPECT_EQ(Output("\n", "reverse(by=line)"), "\n");
  EXPECT_EQ(Output("a\rb\nc", "reverse(by=line)"), "c\na\rb");
}

TEST_F(RunTest, LeavesOutStepsThatAreOff) {
  EXPECT_EQ(Output("a", "off gunzip | to-hex"), "61");
  EXPECT_EQ(Output("a", "off to-hex"), "a");
  EXPECT_EQ(Refusal("a", "off rot13 | to-hex"),
            "steps[0].operation: there is no operation 'rot13'; /api/v1/operations lists them");
}

TEST_F(RunTest, ArgumentsUseWhatStepsKeep) {
  EXPECT_EQ(Output("b\na\n", "sort as s | reverse(by=line) | diff(other=${s}, context=0)"),
            "--- a\n+++ b\n@@ -1 +0,0 @@\n-b\n@@ -2,0 +2 @@\n+b\n");
  EXPECT_EQ(
      Output("x", "to-hex as h | replace(pattern='.', replacement='[${h}] $${h}', all=false)"),
      "[78] ${h}8");
  EXPECT_EQ(Refusal("x", "to-hex(prefix=${h}) as h"),
            "steps[0].arguments.prefix: has the variable 'h', which no earlier step keeps");
  EXPECT_EQ(Refusal("x", "off to-hex as h | to-hex(prefix=${h})"),
            "steps[1].arguments.prefix: has the variable 'h', which no earlier step keeps");
  EXPECT_EQ(Refusal("x", "to-hex(prefix='${h')"),
            "steps[0].arguments.prefix: must have the name of a variable and '}' after '${'; '$${' "
            "stands for '${' itself");
  EXPECT_EQ(Refusal("/w==", "from-base64 as b | to-hex(prefix=${b})"),
            "steps[1].arguments.prefix: must be text (UTF-8), which a variable in it is not");
  EXPECT_EQ(Refusal("x", "to-hex as h | head(count=${h}) | head(count=${h}x)"),
            "steps[2].arguments.count: must be a whole number from 0 to 9223372036854775807 lines");
}

// Whose value begins like a notation for bytes.
TEST_F(RunTest, VariablesAreNoNotation) {
  EXPECT_EQ(Output("hex:61", "trim as k | hmac(key=${k}, algorithm=md5)"),
            Output("hex:61", "hmac(key=utf8:hex:61, algorithm=md5)"));
  EXPECT_EQ(Output("61", "trim as k | hmac(key=hex:${k}, algorithm=md5)"),
            Output("61", "hmac(key=a, algorithm=md5)"));
}

TEST_F(RunTest, NamesTheStepThatIsWrong) {
  EXPECT_EQ(Refusal("", "to-hex | rot13"),
            "steps[1].operation: there is no operation 'rot13'; /api/v1/operations lists them");
  EXPECT_EQ(Refusal("", "to-hex(separator=x)"),
            "steps[0].arguments.separator: must be one of none, space, colon, comma, newline");
  EXPECT_EQ(Refusal("", "to-hex | to-hex(width=x)"),
            "steps[1].arguments: to-hex takes no argument 'width'");
  EXPECT_EQ(Refusal("", "filter-lines"), "steps[0].arguments.pattern: is required");
  EXPECT_EQ(Refusal("", "to-hex as 1x"),
            "steps[0].as: must be at most 64 letters, digits and '_', with no digit first");
  EXPECT_EQ(Refusal("x", "find(pattern='(')"),
            "steps[0].arguments.pattern: is no regular expression: missing ): (");
  for (const char* input : {"!", "VHJpYWQ.", "QQ.."}) {
    EXPECT_THAT(Refusal(input, "from-base64"),
                HasSubstr("steps[0]: the input of from-base64 must be base64"));
  }
  EXPECT_EQ(Refusal("/w==", "from-base64 | reverse"),
            "steps[1]: the input of reverse must be text (UTF-8), at byte 0");
  std::vector<Step> none;
  EXPECT_EQ(RunRecipe("", none, {}, memory_, NeverCancelled).status().message(),
            "steps: must be 1 to 64 steps");
  std::vector<Step> many(65, {"to-hex"});
  EXPECT_EQ(RunRecipe("", many, {}, memory_, NeverCancelled).status().message(),
            "steps: must be 1 to 64 steps");
}

TEST_F(RunTest, ReplacesWhatIsNoTextOnRequest) {
  EXPECT_EQ(Output("YeL/Yg==", "from-base64 | change-case(invalid=replace)"), "A\ufffd\ufffdB");
  EXPECT_EQ(Output("YeL/Yg==", "from-base64 | filter-lines(pattern=a, invalid=replace)"),
            "a\ufffd\ufffdb");
}

TEST_F(RunTest, SaysWhereAStepFailedAndWhatCameBefore) {
  auto result = Run("NDF6eg==", "from-base64 | from-hex | to-hex");
  ASSERT_TRUE(result.ok() && result->failure);
  EXPECT_EQ(result->failure->index, 1);
  EXPECT_EQ(result->failure->byte, 2);
  EXPECT_EQ(result->output, "41zz");
  EXPECT_EQ(result->steps.size(), 1);
  auto first = Run("zz", "from-hex");
  ASSERT_TRUE(first.ok() && first->failure);
  EXPECT_EQ(first->output, "zz");
}

TEST_F(RunTest, ReportsOnEachStep) {
  RunOptions options = {.peek = {0, 2}};
  auto result = Run("abc", "to-hex | off reverse | reverse | to-hex", options);
  ASSERT_TRUE(result.ok() && !result->failure);
  ASSERT_EQ(result->steps.size(), 3);
  EXPECT_EQ(result->steps[0].output, "616263");
  EXPECT_EQ(result->steps[1].index, 2);
  EXPECT_EQ(result->steps[1].output, "362616");
  EXPECT_EQ(result->steps[2].output, std::nullopt);
  EXPECT_EQ(result->steps[2].input_bytes, 6);
  EXPECT_EQ(result->steps[2].output_bytes, 12);
  EXPECT_GE(result->steps[2].elapsed, absl::ZeroDuration());
}

TEST_F(RunTest, KeepsToItsLimits) {
  RunOptions options = {.limits = {.max_input_bytes = 10, .max_output_bytes = 19, .max_steps = 2}};
  EXPECT_THAT(Output("12345678901", "reverse", options), HasSubstr("input: must be at most 10"));
  EXPECT_THAT(Output("1", "reverse | reverse | reverse", options), HasSubstr("1 to 2 steps"));
  EXPECT_EQ(Output("123456789", "to-hex", options), "313233343536373839");
  absl::Status grown = Failure("1234567890", "to-hex", options);
  EXPECT_TRUE(absl::IsResourceExhausted(grown));
  EXPECT_EQ(grown.message(), "steps[0]: its output is over 19 bytes (--max_output_bytes)");
}

TEST_F(RunTest, BoundsTheWorkOfAllStepsTogether) {
  RunOptions options = {.limits = {.max_total_bytes = 30}};
  EXPECT_EQ(Failure("1234567890", "to-hex | reverse", options), absl::OkStatus());
  absl::Status refused = Failure("1234567890", "to-hex | reverse | reverse", options);
  EXPECT_TRUE(absl::IsResourceExhausted(refused));
  EXPECT_EQ(refused.message(),
            "steps[2]: with it the steps work on over 30 bytes together (--max_total_bytes)");
  std::string largest(static_cast<std::size_t>(Limits().max_input_bytes), 'x');
  Recipe many(64, {"change-case"});
  auto all = RunRecipe(largest, many, {}, memory_, NeverCancelled);
  EXPECT_TRUE(all.ok() && !all->failure);
}

TEST_F(RunTest, BombsAndAbsurdKeysEndInTheirErrors) {
  RunOptions generous = {
      .limits = {.max_input_bytes = 64 << 20, .max_output_bytes = 64 << 20, .max_ratio = 100}};
  std::string zeros(std::size_t{8} << 20, '\0');
  std::string bomb = Run(zeros, "gzip", generous)->output;
  EXPECT_THAT(std::string(Failure(bomb, "gunzip", generous).message()), HasSubstr("--max_ratio"));
  EXPECT_THAT(std::string(Failure(bomb, "gunzip", {}).message()), HasSubstr("--max_output_bytes"));
  EXPECT_EQ(Refusal("x", "pbkdf2(salt=s, iterations=1000000, length=256)"),
            "steps[0].arguments.iterations: must be at most 125000 for that length");
  EXPECT_EQ(Refusal("a: &x [aaaaaaaaaa]\nb: &y [*x,*x,*x,*x,*x,*x,*x,*x]\n"
                    "c: &z [*y,*y,*y,*y,*y,*y,*y,*y]\nd: &w [*z,*z,*z,*z,*z,*z,*z,*z]\n"
                    "e: &v [*w,*w,*w,*w,*w,*w,*w,*w]\nf: &u [*v,*v,*v,*v,*v,*v,*v,*v]\n"
                    "g: &t [*u,*u,*u,*u,*u,*u,*u,*u]\n",
                    "yaml-to-json"),
            "steps[0]: the input of yaml-to-json has anchors and aliases that stand for over 4 MiB "
            "in all");
}

TEST_F(RunTest, EndsAfterItsTime) {
  RunOptions options = {.limits = {.max_time = absl::ZeroDuration()}};
  absl::Status late = Failure("abc", "to-hex", options);
  EXPECT_TRUE(absl::IsDeadlineExceeded(late));
  EXPECT_EQ(late.message(), "steps[0]: the steps took over 0 (--max_time)");
}

TEST_F(RunTest, IsRefusedWithoutMemory) {
  RunningBytes little(10'000);
  RunningBytes::Hold other(little);
  ASSERT_TRUE(other.Grow(5'000).ok());
  auto result = RunRecipe(std::string(3'000, 'x'), {{"to-hex"}}, {}, little, NeverCancelled);
  ASSERT_TRUE(result.ok() && result->failure);
  EXPECT_TRUE(absl::IsUnavailable(result->failure->status));
  result = RunRecipe(std::string(6'000, 'x'), {{"to-hex"}}, {}, little, NeverCancelled);
  ASSERT_TRUE(result.ok() && result->failure);
  EXPECT_EQ(result->failure->status.message(),
            "steps[0]: it takes over the 10000 bytes that there are for transformations "
            "(--memory_budget_bytes)");
  result = RunRecipe(std::string(2'000, 'x'), {{"to-hex"}}, {}, little, NeverCancelled);
  EXPECT_TRUE(result.ok() && !result->failure) << "what was held is given back";
}

// An output that grew by doubling would need half as much again while it moves.
TEST_F(RunTest, ALargeOutputTakesItsMemoryOnce) {
  RunningBytes little(1'900'000);
  auto result = RunRecipe(std::string(800'000, 'x'), {{"to-hex"}}, {}, little, NeverCancelled);
  ASSERT_TRUE(result.ok() && !result->failure);
  EXPECT_EQ(result->output.size(), 1'600'000u);
}

// A recipe that works on half a megabyte in many ways.
TEST_F(RunTest, StopsInsideAStepWhenTheCallerLeaves) {
  std::string text;
  while (text.size() < 500'000) text += "é Σ, 1\n";
  for (const char* recipe : {"change-case",
                             "change-case(case=lower)",
                             "change-case(case=snake)",
                             "reverse",
                             "reverse(by=line)",
                             "trim(lines=true)",
                             "count",
                             "count(what=words)",
                             "find(pattern=Σ)",
                             "replace(pattern=Σ)",
                             "split(pattern=',')",

                             "unique(keep=single)",
                             "normalize",
                             "code-points",
                             "unicode-escape",
                             "html-escape(ascii=true)",
                             "csv-to-json(header=false)",
                             "to-base64",
                             "to-hex",
                             "gzip",
                             "filter-lines(pattern=Σ)",
                             "sort"}) {
    int asked = 0;
    auto result =
        RunRecipe(text, *ParseRecipe(recipe), {}, memory_, [&asked] { return ++asked > 3; });
    ASSERT_TRUE(result.ok() && result->failure) << recipe;
    EXPECT_TRUE(absl::IsCancelled(result->failure->status)) << recipe;
  }
}

TEST_F(RunTest, StopsBetweenStepsWhenTheCallerLeaves) {
  int asked = 0;
  auto result = RunRecipe("a", {{"digest"}, {"digest"}}, {}, memory_, [&] { return ++asked > 1; });
  ASSERT_TRUE(result.ok() && result->failure);
  EXPECT_TRUE(absl::IsCancelled(result->failure->status));
}

}  // namespace
}  // namespace triad::transform
