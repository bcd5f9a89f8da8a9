#include "gateway/transcoding/text/number_text.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace triad::gateway {
namespace {

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
// Beyond it, whatever the digits, a number is 0 or infinite.
constexpr std::int64_t kMaxExponent = 1'000'000'000'000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads a number from left to right.
class NumberReader {
 public:
  NumberReader(const char* begin, const char* end) : begin_(begin), at_(begin), end_(end) {}

  std::optional<NumberText> Read() {
    number_.negative = Take('-');
    if (!Integer() || !Fraction() || !Exponent()) return std::nullopt;
    number_.text = absl::string_view(begin_, static_cast<std::size_t>(at_ - begin_));
    return number_;
  }

 private:
  bool Take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  // 1*DIGIT. Each that is taken moves the exponent by `step`, each that is left out by one more.
  bool Digits(int step) {
    const char* first = at_;
    for (; at_ != end_ && IsDigit(*at_); ++at_) {
      auto digit = static_cast<std::uint64_t>(*at_ - '0');
      is_full_ = is_full_ || number_.digits > (kMax - digit) / 10;
      if (is_full_) {
        number_.is_exact = number_.is_exact && digit == 0;
        number_.exponent += step + 1;
        continue;
      }
      number_.digits = 10 * number_.digits + digit;
      number_.exponent += step;
    }
    return at_ != first;
  }

  // int = "0" / (digit1-9 *DIGIT)
  bool Integer() {
    if (Take('0')) return at_ == end_ || !IsDigit(*at_);
    return Digits(0);
  }

  // [ "." 1*DIGIT ]
  bool Fraction() {
    if (!Take('.')) return true;
    number_.is_plain = false;
    return Digits(-1);
  }

  // [ ("e" / "E") [ "-" / "+" ] 1*DIGIT ]
  bool Exponent() {
    if (!Take('e') && !Take('E')) return true;
    number_.is_plain = false;
    bool negative = Take('-');
    if (!negative) Take('+');
    const char* first = at_;
    std::int64_t exponent = 0;
    for (; at_ != end_ && IsDigit(*at_); ++at_) {
      if (exponent < kMaxExponent) exponent = 10 * exponent + (*at_ - '0');
    }
    number_.exponent += negative ? -exponent : exponent;
    return at_ != first;
  }

  const char* const begin_;
  const char* at_;
  const char* const end_;
  bool is_full_ = false;  // the next digit has no place in 64 bits
  NumberText number_;
};

// The magnitude of a number that is an integer below 2^64. One whose digits, from the first to
// the last that is not 0, are too many for 64 bits is none.
std::optional<std::uint64_t> Magnitude(const NumberText& number) {
  if (!number.is_exact) return std::nullopt;
  std::uint64_t value = number.digits;
  if (value == 0) return 0;
  for (std::int64_t i = number.exponent; i < 0; ++i) {
    if (value % 10 != 0) return std::nullopt;
    value /= 10;
  }
  for (std::int64_t i = number.exponent; i > 0; --i) {
    if (value > kMax / 10) return std::nullopt;
    value *= 10;
  }
  return value;
}

template <typename T>
std::optional<T> FromMagnitude(bool negative, std::uint64_t magnitude) {
  using Limits = std::numeric_limits<T>;
  if (!negative) {
    if (magnitude > static_cast<std::uint64_t>(Limits::max())) return std::nullopt;
    return static_cast<T>(magnitude);
  }
  std::uint64_t lowest = std::uint64_t{0} - static_cast<std::uint64_t>(Limits::min());
  if (magnitude > lowest) return std::nullopt;
  return static_cast<T>(std::uint64_t{0} - magnitude);
}

constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr std::int64_t kMaxExactPower = 22;
constexpr std::uint64_t kMaxExactDigits = std::uint64_t{1} << 53;

template <typename T>
std::optional<T> Nearest(const NumberText& number) {
  T value = 0;
  const char* end = number.text.data() + number.text.size();
  auto [stop, error] = std::from_chars(number.text.data(), end, value);
  if (error == std::errc()) return value;
  // Out of range: too large, or so small that zero is nearest.
  bool is_small = number.exponent < 0 || (number.digits == 0 && number.is_exact);
  if (!is_small) return std::nullopt;
  return number.negative ? -T{0} : T{0};
}

}  // namespace

std::optional<NumberText> ReadNumber(const char* begin, const char* end) {
  return NumberReader(begin, end).Read();
}

std::optional<NumberText> WholeNumber(absl::string_view text) {
  std::optional<NumberText> number = ReadNumber(text.data(), text.data() + text.size());
  if (number && number->text.size() != text.size()) return std::nullopt;
  return number;
}

template <typename T>
std::optional<T> ExactInteger(const NumberText& number) {
  std::optional<std::uint64_t> magnitude = Magnitude(number);
  if (!magnitude) return std::nullopt;
  return FromMagnitude<T>(number.negative, *magnitude);
}

template std::optional<std::int32_t> ExactInteger(const NumberText&);
template std::optional<std::int64_t> ExactInteger(const NumberText&);
template std::optional<std::uint32_t> ExactInteger(const NumberText&);
template std::optional<std::uint64_t> ExactInteger(const NumberText&);

// Digits and a power of ten that are both exact give a product or quotient that is rounded
// once: W. Clinger, "How to read floating point numbers accurately" (1990).
std::optional<double> NearestDouble(const NumberText& number) {
  bool is_easy = number.is_exact && number.digits <= kMaxExactDigits &&
                 number.exponent >= -kMaxExactPower && number.exponent <= kMaxExactPower;
  if (!is_easy) return Nearest<double>(number);
  auto value = static_cast<double>(number.digits);
  value = number.exponent < 0 ? value / kPowersOfTen[-number.exponent]
                              : value * kPowersOfTen[number.exponent];
  return number.negative ? -value : value;
}

std::optional<float> NearestFloat(const NumberText& number) { return Nearest<float>(number); }

std::optional<double> NonFinite(absl::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

}  // namespace triad::gateway
