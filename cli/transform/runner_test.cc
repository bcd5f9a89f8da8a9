// Recipes in this process, and how they travel.
#include "cli/transform/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/transform/engine/recipe/language.h"

namespace triad::cli {
namespace {

using ::testing::HasSubstr;

absl::StatusOr<std::string> Transformed(const std::string& recipe, std::string input) {
  std::string output;
  std::unique_ptr<Runner> runner = MakeLocalRunner(*transform::ParseRecipe(recipe));
  absl::Status status = runner->Check();
  if (!status.ok()) return status;
  status = runner->Run(ContentOfBytes("", std::move(input)), [&](absl::string_view bytes) {
    output.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return output;
}

TEST(LocalRunnerTest, RunsStreamsAndWholes) {
  EXPECT_EQ(*Transformed("to-hex | to-base64", "Triad"), "NTQ3MjY5NjE2NA==");
  EXPECT_EQ(
      *Transformed("to-hex as h | head(count=0) | replace(pattern='^', replacement='${h}')", "hi"),
      "6869");
}

TEST(LocalRunnerTest, HasNoLimitsOfAService) {
  std::string large(5 * 1024 * 1024, 'a');
  EXPECT_EQ(Transformed("sort", large)->size(), large.size());
  EXPECT_EQ(*Transformed("gzip | gunzip | count(what=bytes)", std::string(100 << 20, '\0')),
            "104857600");
}

TEST(LocalRunnerTest, NamesTheStepThatFails) {
  EXPECT_THAT(std::string(Transformed("to-hex | nope", "").status().message()),
              HasSubstr("steps[1].operation: there is no operation 'nope'"));
  EXPECT_THAT(std::string(Transformed("from-hex", "zz").status().message()),
              HasSubstr("steps[0]: "));
  EXPECT_THAT(std::string(Transformed("from-hex as h", "zz").status().message()),
              HasSubstr("steps[0]: "));
}

TEST(FormatForHeaderTest, IsAsciiThatReadsAsTheSameRecipe) {
  transform::Recipe recipe = *transform::ParseRecipe(
      "off gzip(level=1) | replace(pattern='é\\', replacement=\"\\n\\\"😀\\u{7f}\") as x | unhex");
  std::string text = FormatForHeader(recipe);
  for (char c : text) EXPECT_TRUE(c >= ' ' && c <= '~') << text;
  EXPECT_EQ(*transform::ParseRecipe(text), recipe);
}

}  // namespace
}  // namespace triad::cli
