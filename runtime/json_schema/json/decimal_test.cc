#include "runtime/json_schema/json/decimal.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"

namespace triad::json_schema {
namespace {

Decimal Number(absl::string_view token) {
  std::optional<Decimal> number = Decimal::Parse(token);
  EXPECT_TRUE(number.has_value()) << token.substr(0, 40);
  return number.value_or(Decimal());
}

TEST(DecimalTest, IsEqualHoweverItIsWritten) {
  for (const auto& [one, other] :
       {std::pair("1", "1.0"), std::pair("100", "1e2"), std::pair("0.1", "1E-1"),
        std::pair("120e-1", "12"), std::pair("0", "-0.00e7"),
        std::pair("0e99999999999999999999", "0"), std::pair("-1.50", "-15e-1"),
        std::pair("1e+3", "1000")}) {
    EXPECT_EQ(Number(one), Number(other)) << one << " " << other;
    EXPECT_EQ(absl::HashOf(Number(one)), absl::HashOf(Number(other))) << one << " " << other;
  }
}

TEST(DecimalTest, IsOrderedExactly) {
  // Each is smaller than the next.
  const char* numbers[] = {"-1e400",
                           "-12345678901234567890.2",
                           "-12345678901234567890.1",
                           "-2",
                           "-1.5",
                           "-1e-400",
                           "0",
                           "1e-400",
                           "0.1",
                           "0.10000000000000000001",
                           "1",
                           "9007199254740992",
                           "9007199254740993",
                           "12345678901234567890.1",
                           "1e400",
                           "1.0000000000000000000000000000001e400"};
  for (std::size_t i = 0; i < std::size(numbers); ++i) {
    for (std::size_t j = 0; j < std::size(numbers); ++j) {
      EXPECT_EQ(Number(numbers[i]) <=> Number(numbers[j]), i <=> j)
          << numbers[i] << " " << numbers[j];
    }
  }
}

TEST(DecimalTest, IsAnIntegerWithoutAFraction) {
  for (const char* token : {"0", "-7", "1.0", "12.50e1", "1e400", "9007199254740993"}) {
    EXPECT_TRUE(Number(token).IsInteger()) << token;
  }
  for (const char* token : {"0.5", "1e-400", "12.5", "9007199254740993.5"}) {
    EXPECT_FALSE(Number(token).IsInteger()) << token;
  }
}

TEST(DecimalTest, IsAMultipleExactly) {
  const std::pair<const char*, const char*> multiples[] = {
      {"0", "7"},
      {"0.1", "0.01"},
      {"0.3", "0.1"},
      {"1.1", "0.1"},
      {"-9", "3"},
      {"4.5", "1.5"},
      {"1e400", "8"},
      {"0.0075", "0.0001"},
      {"9007199254740993", "3"},
      {"12345678901234567890.1", "0.1"},
      {"1e20", "1e18"},
      {"999999999999999999999999999999999999", "999999999999999999"}};
  for (const auto& [value, divisor] : multiples) {
    EXPECT_TRUE(Number(value).IsMultipleOf(Number(divisor))) << value << " " << divisor;
  }
  const std::pair<const char*, const char*> others[] = {{"35", "1.5"},
                                                        {"0.00751", "0.0001"},
                                                        {"1e20", "3"},
                                                        {"0.5", "1"},
                                                        {"1", "10"},
                                                        {"1e4800", "7"},
                                                        {"9007199254740993", "2"},
                                                        {"1e-400", "1"},
                                                        {"12345678901234567890.1", "1"}};
  for (const auto& [value, divisor] : others) {
    EXPECT_FALSE(Number(value).IsMultipleOf(Number(divisor))) << value << " " << divisor;
  }
}

TEST(DecimalTest, IsAMultipleHoweverManyDigitsItHas) {
  Decimal million_digits = Number(absl::StrCat("0.", std::string(1'000'000, '7')));
  EXPECT_FALSE(million_digits.IsMultipleOf(Number("0.1")));
  EXPECT_TRUE(Number(std::string(4'800, '9')).IsMultipleOf(Number("9")));
}

TEST(DecimalTest, IsOutOfRangeWhereItsExponentWouldBe) {
  for (const char* token : {"1e4901", "-1e4901", "1e1000000000", "1e99999999999999999999",
                            "1e-4901", "1e-1000000000"}) {
    EXPECT_FALSE(Decimal::Parse(token).has_value()) << token;
  }
  EXPECT_FALSE(Decimal::Parse(std::string(5'000, '1')).has_value());
  EXPECT_TRUE(Decimal::Parse("1e4899").has_value());
  EXPECT_TRUE(Decimal::Parse("1e-4899").has_value());
}

TEST(DecimalTest, TakesEveryInt64) {
  EXPECT_EQ(Decimal(std::numeric_limits<std::int64_t>::min()), Number("-9223372036854775808"));
  EXPECT_EQ(Decimal(std::numeric_limits<std::int64_t>::max()), Number("9223372036854775807"));
  EXPECT_EQ(Decimal(0), Decimal());
}

TEST(DecimalTest, CountsFromZeroUpToWhatFits) {
  EXPECT_EQ(Number("0").AsCount(), 0u);
  EXPECT_EQ(Number("2.0").AsCount(), 2u);
  EXPECT_EQ(Number("1e3").AsCount(), 1000u);
  EXPECT_EQ(Number("999999999999999999").AsCount(), 999999999999999999u);
  for (const char* token : {"-1", "0.5", "1e18", "1e400"}) {
    EXPECT_EQ(Number(token).AsCount(), std::nullopt) << token;
  }
}

}  // namespace
}  // namespace triad::json_schema
