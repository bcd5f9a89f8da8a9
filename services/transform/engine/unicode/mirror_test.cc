#include "services/transform/engine/unicode/mirror.h"

#include <gtest/gtest.h>

#include "services/transform/engine/unicode/unicode.h"

namespace triad::transform {
namespace {

struct Vector {
  const char* what;
  std::string word;
  std::string mirrored;
};

const Vector kVectors[] = {
    {"letters and digits", "fOoBar25", "47RAbOoF"},
    {"empty", "", ""},
    {"white space alone", " \t\r\n\v\f", ""},
    {"white space inside stays", " a b ", "B A"},
    {"the file separator is no white space",
     "\x1c"
     "a",
     "A\x1c"},
    {"CRLF inside is one cluster", "a\r\nb", "B\r\nA"},
    {"LFCR is two", "a\n\rb", "B\r\nA"},
    {"CRLF in text that is not ASCII", "é\r\nb", "B\r\nÉ"},
    {"every digit", "0123456789", "0123456789"},
    {"Unicode white space at the ends", "\u00a0\u3000a\u2003\u0085", "A"},
    {"zero width space is none",
     "\u200b"
     "a",
     "A\u200b"},
    {"sharp s", "aß", "SSA"},
    {"capital sharp s", "ẞ", "ß"},
    {"ligature", "ﬁ", "FI"},
    {"small dz with caron", "ǆ", "Ǆ"},
    {"capital dz with caron", "Ǆ", "ǆ"},
    {"titlecase dz with caron is both", "aǅ", "ǅA"},
    {"a flag", "a🇩🇪", "🇩🇪A"},
    {"two flags", "🇩🇪🇫🇷", "🇫🇷🇩🇪"},
    {"a family joined by ZWJ", "x👨‍👩‍👧y", "Y👨‍👩‍👧X"},
    {"skin tone", "a👍🏽", "👍🏽A"},
    {"e with combining acute", "ae\u0301", "E\u0301A"},
    {"Hangul of three jamo", "a\u1112\u1161\u11ab", "\u1112\u1161\u11abA"},
    {"Arabic digits are not ASCII digits", "١٢", "٢١"},
    {"fullwidth digits neither", "１2", "7１"},
    {"dotted capital I", "İ", "i\u0307"},
    {"dotless i", "ı", "I"},
    {"sigma ends a word after the reversal", "ΣΟ", "ος"},
    {"sigma begins a word after the reversal", "ΟΣ", "σο"},
    {"sigma alone", "Σ", "σ"},
    {"sigma before a space", "Α ΣΑ", "ας α"},
    {"a full stop does not end a word", "Α.ΣΑ", "ασ.α"},
    {"small sigmas", "σς", "ΣΣ"},
    {"circled letter", "ⓐⒶ", "ⓐⒶ"},
    {"outside the basic plane", "𐐨a𐐀", "𐐨A𐐀"},
};

TEST(MirrorTest, Vectors) {
  for (const Vector& vector : kVectors) {
    EXPECT_EQ(*Mirror(vector.word, NeverCancelled), vector.mirrored) << vector.what;
  }
}

TEST(SwapCaseTest, OfCapitalsIsLowerCase) {
  for (const char* word : {"ΟΔΥΣΣΕΥΣ", "ΑΣ.Α", "Σ", "ΑΣ\u0301", "ΑΣ\u0301Α", "A:ΣΒ", "İSTANBUL"}) {
    EXPECT_EQ(*SwapCase(word, NeverCancelled), *ToLower(word, "", NeverCancelled)) << word;
  }
}

TEST(MirrorTest, ItsQuickWayIsTheOtherWay) {
  // The same word with and without a letter that takes the long way.
  for (int first = 0; first < 128; ++first) {
    for (int second = 0; second < 128; ++second) {
      std::string pair = {static_cast<char>(first), static_cast<char>(second)};
      std::string quick = *Mirror("x" + pair + "x", NeverCancelled);
      EXPECT_EQ(*Mirror("é" + pair + "x", NeverCancelled), quick.substr(0, quick.size() - 1) + "É")
          << first << " " << second;
    }
  }
}

}  // namespace
}  // namespace triad::transform
