#include "services/transform/engine/recipe/pipe.h"

#include <gtest/gtest.h>

#include <string>

#include "services/transform/engine/recipe/language.h"
#include "services/transform/engine/recipe/run.h"

namespace triad::transform {
namespace {

class PipeTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Pipe>> Make(absl::string_view recipe, const Limits& limits = {}) {
    return Pipe::Make(
        *ParseRecipe(recipe), limits, memory_, [this] { return cancelled_; },
        [this](absl::string_view piece) {
          longest_ = std::max(longest_, piece.size());
          output_.append(piece.data(), piece.size());
          return absl::OkStatus();
        });
  }

  std::string Whole(absl::string_view input, absl::string_view recipe) {
    auto result = RunRecipe(input, *ParseRecipe(recipe), {}, memory_, NeverCancelled);
    EXPECT_TRUE(result.ok() && !result->failure) << recipe;
    return result->output;
  }

  RunningBytes memory_{std::int64_t{1} << 30};
  bool cancelled_ = false;
  std::string output_;
  std::size_t longest_ = 0;
};

TEST_F(PipeTest, GivesWhatAWholeRunGives) {
  std::string text;
  while (text.size() < 300'000) text += "Error 7: é, ok\r\nfine\n";
  for (const char* recipe :
       {"gzip | gunzip | digest", "filter-lines(pattern=Error) | to-hex | from-hex | line-ends",
        "to-base64 | zstd | unzstd | from-base64", "sort | head(count=3)", "off gunzip | crc"}) {
    for (std::size_t size : {1'000, 70'000, 300'000}) {
      output_.clear();
      auto pipe = Make(recipe);
      ASSERT_TRUE(pipe.ok()) << pipe.status();
      for (std::size_t at = 0; at < text.size(); at += size) {
        ASSERT_TRUE((*pipe)->Take(absl::string_view(text).substr(at, size)).ok()) << recipe;
      }
      ASSERT_TRUE((*pipe)->Finish().ok()) << recipe;
      EXPECT_TRUE(output_ == Whole(text, recipe)) << recipe << " in pieces of " << size;
    }
  }
}

TEST_F(PipeTest, GivesLinesAsTheyCome) {
  auto pipe = Make("filter-lines(pattern=a)");
  ASSERT_TRUE((*pipe)->Take("a\nb\nca").ok());
  EXPECT_EQ(output_, "a\n");
  ASSERT_TRUE((*pipe)->Take("t\n").ok());
  EXPECT_EQ(output_, "a\ncat\n");
}

// A megabyte in, a gigabyte out, in pieces of bounded size.
TEST_F(PipeTest, HoldsNoMoreThanItNeeds) {
  RunningBytes little(2 * 1024 * 1024);
  std::int64_t total = 0;
  auto pipe = Pipe::Make(*ParseRecipe("gzip | gunzip | to-hex"), {}, little, NeverCancelled,
                         [&](absl::string_view piece) {
                           total += static_cast<std::int64_t>(piece.size());
                           longest_ = std::max(longest_, piece.size());
                           return absl::OkStatus();
                         });
  ASSERT_TRUE(pipe.ok()) << pipe.status();
  std::string piece(1024 * 1024, 'x');
  for (int i = 0; i < 64; ++i) ASSERT_TRUE((*pipe)->Take(piece).ok());
  ASSERT_TRUE((*pipe)->Finish().ok());
  EXPECT_EQ(total, std::int64_t{128} * 1024 * 1024);
  EXPECT_LE(longest_, 256 * 1024);
}

TEST_F(PipeTest, NamesTheStepThatFailed) {
  auto pipe = Make("to-hex | from-hex | from-hex");
  ASSERT_TRUE((*pipe)->Take("41").ok());
  absl::Status status = (*pipe)->Take("xyz");
  EXPECT_EQ(status.message(),
            "steps[2]: the input of from-hex has no hexadecimal digit where one must be, at byte "
            "2");
  EXPECT_EQ((*pipe)->Take("41"), status) << "it stays as it is";
  EXPECT_EQ((*pipe)->Finish(), status);
}

TEST_F(PipeTest, RefusesWhatAStreamCannotDo) {
  EXPECT_EQ(Make("to-hex as h").status().message(),
            "steps[0].as: must be empty in a stream, where no output is ever whole");
  EXPECT_EQ(Make("hmac").status().message(), "steps[0].arguments.key: is required");
  EXPECT_EQ(Make("digest(length=3)").status().message(),
            "steps[0].arguments.length: is for shake128 and shake256: others have one length");
  auto pipe = Make("sort", {.max_input_bytes = 10});
  ASSERT_TRUE((*pipe)->Take("0123456789").ok());
  EXPECT_EQ((*pipe)->Take("x").message(),
            "steps[0]: it takes its input as a whole, which is over 10 bytes (--max_input_bytes)");
}

TEST_F(PipeTest, EndsWhenTheCallerLeaves) {
  auto pipe = Make("to-hex");
  ASSERT_TRUE((*pipe)->Take("x").ok());
  cancelled_ = true;
  EXPECT_TRUE(absl::IsCancelled((*pipe)->Take(std::string(200'000, 'x'))));
}

}  // namespace
}  // namespace triad::transform
