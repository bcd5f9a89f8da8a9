// Numbers as JSON writes them: decimals, of any number of digits, without rounding.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace triad::json_schema {

class Decimal {
 public:
  // Numbers are 0, or their magnitude lies from 10^-kMaxExponent to 10^kMaxExponent.
  static constexpr std::int64_t kMaxExponent = 4900;
  // Digits of a divisor without zeros at either end. A double needs at most 17.
  static constexpr std::size_t kMaxDivisorDigits = 18;

  Decimal() = default;  // 0
  explicit Decimal(std::int64_t value);

  // `token` is a number in the grammar of RFC 8259, section 6. nullopt if it is too large or
  // too small.
  static std::optional<Decimal> Parse(absl::string_view token);

  bool IsInteger() const { return exponent_ >= static_cast<std::int64_t>(digits_.size()); }
  bool IsNegative() const { return negative_; }
  // Without the zeros at either end.
  std::size_t digits() const { return digits_.size(); }

  // Whether this is an integer times `divisor`, which is positive and has at most
  // kMaxDivisorDigits digits.
  bool IsMultipleOf(const Decimal& divisor) const;

  // The value if it is an integer from 0 to 10^18 - 1.
  std::optional<std::uint64_t> AsCount() const;

  friend bool operator==(const Decimal&, const Decimal&) = default;
  friend std::strong_ordering operator<=>(const Decimal& one, const Decimal& other);

  template <typename H>
  friend H AbslHashValue(H hash, const Decimal& value) {
    return H::combine(std::move(hash), value.negative_, value.digits_, value.exponent_);
  }

 private:
  // ±0.digits * 10^exponent. `digits` neither begins nor ends with 0, so that equal numbers
  // have equal parts; 0 has none.
  bool negative_ = false;
  std::int64_t exponent_ = 0;
  std::string digits_;
};

}  // namespace triad::json_schema
