#include "runtime/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace triad {
namespace {

TEST(Utf8Test, TellsValidText) {
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
TEST(Utf8Test, TellsEveryTwoByteSequence) {
  for (int lead = 0; lead < 256; ++lead) {
    for (int second = 0; second < 256; ++second) {
      std::string text{static_cast<char>(lead), static_cast<char>(second)};
      bool valid = (lead < 0x80 && second < 0x80) ||
                   (lead >= 0xC2 && lead <= 0xDF && second >= 0x80 && second <= 0xBF);
      EXPECT_EQ(IsValidUtf8(text), valid) << lead << " " << second;
    }
  }
}

}  // namespace
}  // namespace triad
