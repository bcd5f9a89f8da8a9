#include "gateway/routing/percent_encoding.h"

#include <gtest/gtest.h>

namespace triad::gateway {
namespace {

TEST(PercentEncodingTest, TellsUtf8) {
  for (const char* text :
       {"", "abc", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "a\xC3\xA9z"}) {
    EXPECT_TRUE(IsValidUtf8(text)) << text;
  }
  for (const char* text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\xBF", "\xE2\x82",
        "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF0\x90\x80", "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", "\xFE", "\xFF", "a\xE2\x28\xA1", "\xE2\x82\xAC\x80"}) {
    EXPECT_FALSE(IsValidUtf8(text)) << text;
  }
}

// Against the definition, for every lead and second byte.
TEST(PercentEncodingTest, TellsEveryTwoByteSequence) {
  for (int lead = 0; lead < 256; ++lead) {
    for (int second = 0; second < 256; ++second) {
      std::string text{static_cast<char>(lead), static_cast<char>(second)};
      bool valid = (lead < 0x80 && second < 0x80) ||
                   (lead >= 0xC2 && lead <= 0xDF && second >= 0x80 && second <= 0xBF);
      EXPECT_EQ(IsValidUtf8(text), valid) << lead << " " << second;
    }
  }
}

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
