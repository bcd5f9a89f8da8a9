// Forms of values as text, each beside another way to the same.
#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gateway/transcoding/text/base64_text.h"
#include "gateway/transcoding/text/number_text.h"
#include "gateway/transcoding/text/number_writer.h"
#include "gateway/transcoding/text/string_text.h"
#include "gateway/transcoding/text/utf8_text.h"
#include "runtime/base/utf8.h"

namespace triad::gateway {
namespace {

constexpr int kRounds = 100'000;

class TextTest : public ::testing::Test {
 protected:
  std::mt19937_64 random_{20'261'130};
};

// The digits of a number without zeros at either end, which are what makes it short.
std::string Digits(const std::string& number) {
  std::string digits;
  for (char c : number.substr(0, number.find('e'))) {
    if (c >= '0' && c <= '9' && (c != '0' || !digits.empty())) digits.push_back(c);
  }
  while (!digits.empty() && digits.back() == '0') digits.pop_back();
  return digits;
}

TEST_F(TextTest, DoublesAreShortAndReadBack) {
  auto check = [](double value) {
    char buffer[kMaxNumberBytes];
    std::string text(buffer, WriteDouble(value, buffer));
    auto number = WholeNumber(text);
    ASSERT_TRUE(number.has_value()) << text;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(*NearestDouble(*number)),
              std::bit_cast<std::uint64_t>(value))
        << text;
    char other[kMaxNumberBytes];
    auto end = std::to_chars(other, other + kMaxNumberBytes, value, std::chars_format::scientific);
    EXPECT_EQ(Digits(text), Digits(std::string(other, end.ptr)));
  };
  for (int i = 0; i < kRounds; ++i) {
    auto any = std::bit_cast<double>(random_());
    if (std::isfinite(any)) check(any);
    check(static_cast<double>(static_cast<std::int64_t>(random_() >> random_() % 64)));
    check(std::ldexp(1.0, static_cast<int>(random_() % 2000) - 1000));
    check(static_cast<double>(random_() % 1'000'000'000) / std::pow(10, random_() % 12));
  }
  using Limits = std::numeric_limits<double>;
  for (double value : {0.0, Limits::denorm_min(), Limits::min(), Limits::max()}) check(value);
}

TEST_F(TextTest, FloatsReadBack) {
  for (int i = 0; i < kRounds; ++i) {
    for (float value : {std::bit_cast<float>(static_cast<std::uint32_t>(random_())),
                        static_cast<float>(random_() % 10'000'000) / 1000}) {
      if (!std::isfinite(value)) continue;
      char buffer[kMaxNumberBytes];
      std::string text(buffer, WriteFloat(value, buffer));
      EXPECT_EQ(std::bit_cast<std::uint32_t>(*NearestFloat(*WholeNumber(text))),
                std::bit_cast<std::uint32_t>(value))
          << text;
    }
  }
}

TEST_F(TextTest, IntegersAreThemselves) {
  for (int i = 0; i < kRounds; ++i) {
    std::uint64_t value = random_() >> random_() % 64;
    char buffer[kMaxNumberBytes];
    std::string text(buffer, WriteInteger(value, buffer));
    EXPECT_EQ(text, absl::StrCat(value));
    EXPECT_EQ(ExactInteger<std::uint64_t>(*WholeNumber(text)), value);
    auto signed_value = static_cast<std::int64_t>(value);
    text = std::string(buffer, WriteInteger(signed_value, buffer));
    EXPECT_EQ(text, absl::StrCat(signed_value));
    EXPECT_EQ(ExactInteger<std::int64_t>(*WholeNumber(text)), signed_value);
  }
}

// Of text that is nearly UTF-8, at each place in a block.
TEST_F(TextTest, Utf8EndsWhereItIsNone) {
  const char* pieces[] = {"a",
                          "plain ASCII text that is longer",
                          "\xC3\xA9",
                          "\xE2\x82\xAC",
                          "\xF0\x9F\x98\x80",
                          "\xED\x9F\xBF",
                          "\xEE\x80\x80",
                          "\xF4\x8F\xBF\xBF"};
  const char* wrong[] = {"\x80",
                         "\xC0\x80",
                         "\xC1\xBF",
                         "\xE0\x80\x80",
                         "\xE0\x9F\xBF",
                         "\xED\xA0\x80",
                         "\xED\xBF\xBF",
                         "\xF0\x80\x80\x80",
                         "\xF0\x8F\xBF\xBF",
                         "\xF4\x90\x80\x80",
                         "\xF5\x80\x80\x80",
                         "\xFF",
                         "\xC3",
                         "\xE2\x82",
                         "\xF0\x9F\x98",
                         "\xC3\xC3\xA9",
                         "\xE2\x82\x61"};
  for (int i = 0; i < kRounds; ++i) {
    std::string text;
    for (auto n = random_() % 20; n > 0; --n) text += pieces[random_() % std::size(pieces)];
    EXPECT_EQ(Utf8Length(text), text.size());
    std::size_t good = text.size();
    text += wrong[random_() % std::size(wrong)];
    for (auto n = random_() % 20; n > 0; --n) text += pieces[random_() % std::size(pieces)];
    EXPECT_EQ(Utf8Length(text), good) << absl::CHexEscape(text);
    // Anything at all.
    if (!text.empty()) text[random_() % text.size()] = static_cast<char>(random_());
    EXPECT_EQ(Utf8Length(text) == text.size(), IsValidUtf8(text)) << absl::CHexEscape(text);
  }
}

TEST_F(TextTest, SpecialBytesAreFoundAtEachPlace) {
  for (std::size_t length = 0; length < 70; ++length) {
    std::string text(length, 'x');
    EXPECT_EQ(FindSpecial(text.data(), text.data() + length), text.data() + length);
    for (std::size_t at = 0; at < length; ++at) {
      for (char c : {'"', '\\', '\0', '\x1F'}) {
        text[at] = c;
        EXPECT_EQ(FindSpecial(text.data(), text.data() + length), text.data() + at);
        text[at] = '\x7F';
      }
      text[at] = 'x';
    }
  }
}

TEST_F(TextTest, Base64IsThatOfAbseil) {
  for (int i = 0; i < 1000; ++i) {
    std::string bytes(random_() % 50, '\0');
    for (char& c : bytes) c = static_cast<char>(random_());
    std::string text(EncodedSize(bytes.size()), '\0');
    EncodeDigits(bytes, text.data());
    EXPECT_EQ(text, absl::Base64Escape(bytes));
    for (const std::string& form : {text, absl::WebSafeBase64Escape(bytes)}) {
      auto digits = WithoutPadding(form);
      ASSERT_TRUE(digits.has_value());
      std::string decoded(DecodedSize(digits->size()), '\0');
      ASSERT_TRUE(DecodeDigits(*digits, decoded.data()));
      EXPECT_EQ(decoded, bytes);
    }
  }
}

}  // namespace
}  // namespace triad::gateway
