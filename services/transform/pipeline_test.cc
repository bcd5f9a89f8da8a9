#include "services/transform/pipeline.h"

#include <gtest/gtest.h>

namespace triad::transform {
namespace {

absl::StatusOr<std::string> Output(absl::string_view input, const std::vector<Step>& steps,
                                   const Limits& limits = Limits()) {
  return RunPipeline(input, steps, limits, [] { return false; });
}

std::string Refusal(absl::string_view input, const std::vector<Step>& steps) {
  auto output = Output(input, steps);
  EXPECT_TRUE(absl::IsInvalidArgument(output.status())) << output.status();
  return std::string(output.status().message());
}

TEST(PipelineTest, FeedsEachStepTheOutputOfTheOneBefore) {
  EXPECT_EQ(*Output("straße", {{"change-case", {}}, {"reverse", {}}, {"to-base64", {}}}),
            "RVNTQVJUUw==");
}

TEST(PipelineTest, CarriesBytesThatAreNotText) {
  EXPECT_EQ(*Output("/w==", {{"from-base64", {}}, {"to-hex", {}}}), "ff");
  EXPECT_EQ(*Output("/w==", {{"from-base64", {}}}), "\xff");
}

TEST(PipelineTest, WorksOnNothing) {
  for (const char* id : {"from-base64", "to-base64", "to-hex", "change-case", "reverse"}) {
    EXPECT_EQ(*Output("", {{id, {}}}), "") << id;
  }
}

TEST(PipelineTest, KeepsLineEndingsWhereTheyAre) {
  Arguments by_line = {{"by", "line"}};
  EXPECT_EQ(*Output("a\r\nb", {{"reverse", by_line}}), "b\r\na");
  EXPECT_EQ(*Output("a\n\nb\n", {{"reverse", by_line}}), "b\n\na\n");
  EXPECT_EQ(*Output("\n", {{"reverse", by_line}}), "\n");
  EXPECT_EQ(*Output("a\rb\nc", {{"reverse", by_line}}), "c\na\rb");
}

TEST(PipelineTest, SeparatesHexDigits) {
  EXPECT_EQ(*Output("ab", {{"to-hex", {{"separator", "space"}}}}), "61 62");
}

TEST(PipelineTest, NamesTheStepThatIsWrong) {
  Step good = {"to-hex", {}};
  EXPECT_EQ(Refusal("", {}), "steps: must be 1 to 64 steps");
  EXPECT_EQ(Refusal("", std::vector<Step>(65, good)), "steps: must be 1 to 64 steps");
  EXPECT_EQ(Refusal("", {good, {"rot13", {}}}),
            "steps[1].operation: there is no operation 'rot13'; /api/v1/operations lists them");
  EXPECT_EQ(Refusal("", {{"to-hex", {{"separator", "x"}}}}),
            "steps[0].arguments.separator: must be one of none, space, colon");
  EXPECT_EQ(Refusal("", {good, {"to-hex", {{"width", "x"}}}}),
            "steps[1].arguments: to-hex takes no argument 'width'");
  for (const char* input : {"!", "VHJpYWQ.", "QQ.."}) {
    EXPECT_EQ(Refusal(input, {{"from-base64", {}}}),
              "steps[0]: the input of from-base64 must be base64 of the chosen alphabet");
  }
  EXPECT_EQ(Refusal("/w==", {{"from-base64", {}}, {"reverse", {}}}),
            "steps[1]: the input of reverse must be text (UTF-8)");
}

TEST(PipelineTest, KeepsToItsLimits) {
  Limits limits = {.max_input_bytes = 10, .max_output_bytes = 19, .max_steps = 2};
  EXPECT_TRUE(absl::IsInvalidArgument(Output("12345678901", {{"reverse", {}}}, limits).status()));
  EXPECT_TRUE(Output("123456789", {{"to-hex", {}}}, limits).ok());
  auto grown = Output("1234567890", {{"to-hex", {}}}, limits);
  EXPECT_TRUE(absl::IsResourceExhausted(grown.status()));
  EXPECT_EQ(grown.status().message(), "steps[0]: its output is over 19 bytes");
}

TEST(PipelineTest, BoundsTheWorkOfAllStepsTogether) {
  Limits limits = {.max_total_bytes = 30};
  EXPECT_TRUE(Output("1234567890", {{"to-hex", {}}, {"reverse", {}}}, limits).ok());
  auto refused = Output("1234567890", {{"to-hex", {}}, {"reverse", {}}, {"reverse", {}}}, limits);
  EXPECT_TRUE(absl::IsResourceExhausted(refused.status()));
  EXPECT_EQ(refused.status().message(),
            "steps[2]: with it the steps work on over 30 bytes together (--max_total_bytes)");
  std::string largest(Limits().max_input_bytes, 'x');
  EXPECT_TRUE(Output(largest, std::vector<Step>(64, {"change-case", {}})).ok());
}

TEST(PipelineTest, KnowsAboutTheMostThatItHolds) {
  Limits limits = {.max_output_bytes = 1000, .max_steps = 3};
  EXPECT_EQ(PeakBytes(100, 1, limits), 100 + 400);
  EXPECT_EQ(PeakBytes(100, 2, limits), 100 + 1200);
  EXPECT_EQ(PeakBytes(100, 1'000'000, limits), 100 + 3600);
  EXPECT_EQ(PeakBytes(500, 2, limits), 500 + 4000) << "no output is over its limit";
}

TEST(PipelineTest, StopsInsideAStepWhenTheCallerLeaves) {
  std::string text;
  while (text.size() < 500'000) text += "é Σ\n";
  for (const Step& step : std::vector<Step>{{"change-case", {{"case", "upper"}}},
                                            {"change-case", {{"case", "lower"}}},
                                            {"reverse", {{"by", "grapheme"}}},
                                            {"reverse", {{"by", "line"}}}}) {
    int asked = 0;
    auto output = RunPipeline(text, {step}, Limits(), [&] { return ++asked == 3; });
    EXPECT_TRUE(absl::IsCancelled(output.status())) << step.operation;
  }
}

TEST(PipelineTest, StopsBetweenStepsWhenTheCallerLeaves) {
  int asked = 0;
  const auto output =
      RunPipeline("a", {{"to-hex", {}}, {"to-hex", {}}}, Limits(), [&] { return ++asked == 2; });
  EXPECT_TRUE(absl::IsCancelled(output.status()));
}

}  // namespace
}  // namespace triad::transform
