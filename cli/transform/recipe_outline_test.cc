// Where the parts of a recipe stand, and what can go on.
#include "cli/transform/recipe_outline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/status.h"
#include "services/transform/engine/recipe/plan.h"

namespace triad::cli {
namespace {

using ::testing::HasSubstr;
using Next = RecipeOutline::Next;

std::string Placed(absl::string_view field, absl::string_view text) {
  return std::string(WithPlace(InvalidField(field, "is wrong"), text).message());
}

TEST(RecipeOutlineTest, KnowsWhatTheTextEndsWithin) {
  struct {
    absl::string_view text;
    Next next;
    std::size_t begun;
  } cases[] = {
      {"", Next::kOperation, 0},
      {"gun", Next::kOperation, 0},
      {"gunzip ", Next::kNothing, 7},
      {"gunzip | ", Next::kOperation, 9},
      {"off", Next::kOperation, 0},
      {"off ", Next::kOperation, 4},
      {"gzip(", Next::kArgument, 5},
      {"gzip(lev", Next::kArgument, 5},
      {"gzip(level", Next::kArgument, 5},
      {"gzip(level=", Next::kValue, 11},
      {"gzip(level=1", Next::kValue, 11},
      {"gzip(level=1 ", Next::kNothing, 13},
      {"gzip(level=1,", Next::kArgument, 13},
      {"gzip(level=1)", Next::kNothing, 13},
      {"split(by='|", Next::kNothing, 11},
      {"split(by=\"a\\\"|", Next::kNothing, 14},
      {"gunzip # to", Next::kNothing, 11},
      {"gunzip # to\n| ", Next::kOperation, 14},
  };
  for (const auto& one : cases) {
    RecipeOutline outline = OutlineOf(one.text);
    EXPECT_EQ(outline.next, one.next) << one.text;
    EXPECT_EQ(outline.begun, one.begun) << one.text;
  }
}

TEST(RecipeOutlineTest, PointsAtStepsAndArguments) {
  EXPECT_THAT(Placed("steps[1].operation", "from-hex | nope"),
              HasSubstr("is wrong (line 1, column 12 of the recipe)"));
  EXPECT_THAT(Placed("steps[1].arguments.level", "off to-hex # é |\n | gzip( level=10 )"),
              HasSubstr("(line 2, column 10 of the recipe)"));
  EXPECT_THAT(Placed("steps[1]", "split(by='é|') | from-hex"), HasSubstr("line 1, column 18 of"));
  EXPECT_THAT(Placed("steps[0].arguments.key", "hmac(algorithm=md5)"), HasSubstr("column 1 of"));
}

TEST(RecipeOutlineTest, SuggestsTheNearestOperation) {
  EXPECT_THAT(Placed("steps[0].operation", "gunzp"), HasSubstr("did you mean 'gunzip'?"));
}

TEST(RecipeOutlineTest, SaysWhatListsTheOperationsHere) {
  absl::Status unknown = transform::Plan({{"nope"}}, 1).status();
  EXPECT_EQ(
      WithPlace(unknown, "nope").message(),
      "steps[0].operation: there is no operation 'nope'; 'triadctl transform list' lists them "
      "(line 1, column 1 of the recipe)");
}

TEST(RecipeOutlineTest, LeavesOtherErrorsAlone) {
  for (const absl::Status& status :
       {absl::OkStatus(), absl::UnavailableError("away"), InvalidField("steps[7]", "is wrong"),
        InvalidField("steps[x", "is wrong")}) {
    EXPECT_EQ(WithPlace(status, "gunzip"), status);
  }
}

TEST(RecipeOutlineTest, KeepsTheDetailsOfAnError) {
  absl::Status placed = WithPlace(InvalidField("steps[0]", "is wrong"), "gunzip");
  EXPECT_TRUE(placed.GetPayload("type.googleapis.com/google.rpc.BadRequest").has_value());
}

}  // namespace
}  // namespace triad::cli
