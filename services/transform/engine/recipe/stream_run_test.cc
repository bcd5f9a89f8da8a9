#include "services/transform/engine/recipe/stream_run.h"

#include <gtest/gtest.h>

#include <string>

#include "services/transform/engine/recipe/language.h"

namespace triad::transform {
namespace {

class StreamRunTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<StreamRun>> Start(absl::string_view recipe,
                                                   const Variables& given = {},
                                                   const Limits& limits = {}) {
    return StartStream(
        *ParseRecipe(recipe), given, limits, memory_, [] { return false; },
        [this](absl::string_view piece) {
          output_.append(piece.data(), piece.size());
          return absl::OkStatus();
        });
  }

  RunningBytes memory_{std::int64_t{16} * 1024 * 1024};
  std::string output_;
};

TEST_F(StreamRunTest, FillsInWhatItIsGiven) {
  auto run = Start("to-hex(prefix=${p})", {{"p", "<"}});
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_TRUE((*run)->Take("ab").ok());
  EXPECT_EQ(output_, "<61<62") << "it does not wait for the end";
  EXPECT_TRUE((*run)->Finish().ok());
}

TEST_F(StreamRunTest, GathersWhatIsKept) {
  auto run =
      Start("to-hex as h | replace(pattern='.', replacement='${h}${p}', all=false)", {{"p", "!"}});
  ASSERT_TRUE(run.ok()) << run.status();
  ASSERT_TRUE((*run)->Take("a").ok());
  ASSERT_TRUE((*run)->Take("b").ok());
  EXPECT_EQ(output_, "");
  EXPECT_EQ((*run)->Finish(), absl::OkStatus());
  EXPECT_EQ(output_, "6162!162");
}

TEST_F(StreamRunTest, GathersNoMoreThanItMay) {
  auto run = Start("to-hex as h", {}, {.max_input_bytes = 3});
  ASSERT_TRUE((*run)->Take("abc").ok());
  EXPECT_EQ((*run)->Take("d").message(),
            "a step keeps its output, so the recipe takes its input as a whole, which is over 3 "
            "bytes (--max_input_bytes)");
  auto large = Start("to-hex as h", {}, {.max_input_bytes = std::int64_t{64} * 1024 * 1024});
  EXPECT_EQ((*large)->Take(std::string(std::size_t{17} * 1024 * 1024, 'x')).code(),
            absl::StatusCode::kResourceExhausted)
      << "the memory of all transformations bounds it too";
}

TEST_F(StreamRunTest, SaysAtOnceWhatCannotRun) {
  EXPECT_EQ(Start("to-hex as h | hmac").status().message(), "steps[1].arguments.key: is required");
  EXPECT_EQ(Start("to-hex as p", {{"p", ""}}).status().message(),
            "steps[0].as: must not be the name of a parameter");
  auto run = Start("from-hex as h");
  ASSERT_TRUE((*run)->Take("zz").ok());
  EXPECT_EQ((*run)->Finish().message(),
            "steps[0]: the input of from-hex has no hexadecimal digit where one must be, at byte "
            "0");
}

}  // namespace
}  // namespace triad::transform
