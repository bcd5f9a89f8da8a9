// Numbers as JSON writes them (RFC 8259, section 6), as values, exactly.
//
// All functions are thread-safe.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace triad::gateway {

// A number as it stands in text.
struct NumberText {
  absl::string_view text;
  bool negative = false;
  // Neither a point nor an exponent.
  bool is_plain = true;
  // The value is ±digits * 10^exponent exactly, and not only about.
  bool is_exact = true;
  std::uint64_t digits = 0;
  std::int64_t exponent = 0;
};

// The number that [begin, end) begins with; nullopt if it begins with none. What follows the
// number is not looked at.
std::optional<NumberText> ReadNumber(const char* begin, const char* end);

// The number that `text` is, all of it.
std::optional<NumberText> WholeNumber(absl::string_view text);

// The value if it is an integer in the range of the result, however it is written: 1e2 and
// 100.0 are 100, and 1.5 is none.
template <typename T>
std::optional<T> ExactInteger(const NumberText& number);

// The nearest value; nullopt if it is too large to be finite.
std::optional<double> NearestDouble(const NumberText& number);
std::optional<float> NearestFloat(const NumberText& number);

// The value that "NaN", "Infinity" and "-Infinity" stand for.
std::optional<double> NonFinite(absl::string_view text);

}  // namespace triad::gateway
