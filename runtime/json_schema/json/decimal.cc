#include "runtime/json_schema/json/decimal.h"

#include <algorithm>

#include "absl/numeric/int128.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace triad::json_schema {
namespace {

// Digits that a remainder takes in at once: with one below 10^18 before them, they stay below
// 2^128.
constexpr std::size_t kDigitsAtOnce = 18;

std::uint64_t ToNumber(absl::string_view digits) {
  std::uint64_t number = 0;
  for (char digit : digits) number = number * 10 + static_cast<std::uint64_t>(digit - '0');
  return number;
}

std::uint64_t MultiplyModulo(absl::uint128 one, absl::uint128 other, std::uint64_t modulus) {
  return absl::Uint128Low64(one * other % modulus);
}

std::uint64_t PowerOfTenModulo(std::int64_t exponent, std::uint64_t modulus) {
  std::uint64_t power = 1 % modulus;
  std::uint64_t square = 10 % modulus;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) power = MultiplyModulo(power, square, modulus);
    square = MultiplyModulo(square, square, modulus);
  }
  return power;
}

std::uint64_t DigitsModulo(absl::string_view digits, std::uint64_t modulus) {
  std::uint64_t remainder = 0;
  while (!digits.empty()) {
    absl::string_view piece = digits.substr(0, kDigitsAtOnce);
    digits.remove_prefix(piece.size());
    absl::uint128 scale = ToNumber(absl::StrCat("1", std::string(piece.size(), '0')));
    remainder = absl::Uint128Low64((remainder * scale + ToNumber(piece)) % modulus);
  }
  return remainder;
}

}  // namespace

Decimal::Decimal(std::int64_t value) : Decimal(*Parse(absl::StrCat(value))) {}

std::optional<Decimal> Decimal::Parse(absl::string_view token) {
  Decimal number;
  number.negative_ = absl::ConsumePrefix(&token, "-");
  std::size_t mantissa_size = std::min(token.find_first_of("eE"), token.size());
  absl::string_view mantissa = token.substr(0, mantissa_size);
  std::size_t integer_size = std::min(mantissa.find('.'), mantissa.size());
  number.digits_ = std::string(mantissa.substr(0, integer_size));
  if (integer_size < mantissa.size()) {
    absl::StrAppend(&number.digits_, mantissa.substr(integer_size + 1));
  }
  std::size_t zeros = number.digits_.find_first_not_of('0');
  if (zeros == std::string::npos) return Decimal();
  number.digits_.erase(0, zeros);
  number.digits_.erase(number.digits_.find_last_not_of('0') + 1);

  std::int64_t written = 0;
  if (mantissa_size < token.size()) {
    std::int32_t exponent = 0;  // beyond it, no number of digits makes up for it
    if (!absl::SimpleAtoi(token.substr(mantissa_size + 1), &exponent)) return std::nullopt;
    written = exponent;
  }
  number.exponent_ =
      written + static_cast<std::int64_t>(integer_size) - static_cast<std::int64_t>(zeros);
  if (number.exponent_ > kMaxExponent || number.exponent_ <= -kMaxExponent) return std::nullopt;
  return number;
}

bool Decimal::IsMultipleOf(const Decimal& divisor) const {
  if (digits_.empty()) return true;
  std::int64_t zeros = exponent_ - static_cast<std::int64_t>(digits_.size());
  std::int64_t divisor_zeros =
      divisor.exponent_ - static_cast<std::int64_t>(divisor.digits_.size());
  // The quotient would need `digits_` to end with a 0, which it does not.
  if (zeros < divisor_zeros) return false;
  std::uint64_t modulus = ToNumber(divisor.digits_);
  return MultiplyModulo(DigitsModulo(digits_, modulus),
                        PowerOfTenModulo(zeros - divisor_zeros, modulus), modulus) == 0;
}

std::optional<std::uint64_t> Decimal::AsCount() const {
  if (negative_ || !IsInteger() || exponent_ > 18) return std::nullopt;
  std::string zeros(static_cast<std::size_t>(exponent_) - digits_.size(), '0');
  return ToNumber(absl::StrCat(digits_, zeros));
}

std::strong_ordering operator<=>(const Decimal& one, const Decimal& other) {
  auto sign = [](const Decimal& number) {
    return number.digits_.empty() ? 0 : number.negative_ ? -1 : 1;
  };
  if (sign(one) != sign(other)) return sign(one) <=> sign(other);
  const Decimal& low = one.negative_ ? other : one;
  const Decimal& high = one.negative_ ? one : other;
  if (low.exponent_ != high.exponent_) return low.exponent_ <=> high.exponent_;
  return low.digits_.compare(high.digits_) <=> 0;
}

}  // namespace triad::json_schema
