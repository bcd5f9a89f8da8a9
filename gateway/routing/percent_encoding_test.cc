#include "gateway/routing/percent_encoding.h"

#include <gtest/gtest.h>

namespace triad::gateway {
namespace {

std::string Decoded(absl::string_view text, Decode mode) {
  std::string out;
  return DecodePercent(text, mode, out).ok() ? out : "refused";
}

TEST(PercentEncodingTest, Decodes) {
  EXPECT_EQ(Decoded("a%20b%2Fc%2fd+%41", Decode::kAll), "a b/c/d+A");
  EXPECT_EQ(Decoded("a%20b%2Fc%2fd+%41", Decode::kAllButSlash), "a b%2Fc%2fd+A");
  EXPECT_EQ(Decoded("a%20b%2Fc+%2B", Decode::kQuery), "a b/c +");
  EXPECT_EQ(Decoded("%252F", Decode::kAllButSlash), "%2F");
  EXPECT_EQ(Decoded("", Decode::kAll), "");
  for (const char* text : {"%", "%4", "a%", "%g0", "%0g", "%%41", "%-1"}) {
    EXPECT_EQ(Decoded(text, Decode::kAll), "refused") << text;
  }
}

TEST(PercentEncodingTest, ChecksPaths) {
  for (const char* path : {"", "/", "/a%20b", "/%C3%A9", "/\xC3%A9"}) {
    EXPECT_TRUE(CheckPathEncoding(path).ok()) << path;
  }
  for (const char* path : {"/%", "/%zz", "/%00", "/%FF", "/%C3/%A9", "/\xFF"}) {
    EXPECT_EQ(CheckPathEncoding(path).code(), absl::StatusCode::kInvalidArgument) << path;
  }
  EXPECT_FALSE(CheckPathEncoding(absl::string_view("/\0", 2)).ok());
}

}  // namespace
}  // namespace triad::gateway
