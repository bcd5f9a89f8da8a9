#include "gateway/transcoding/text/number_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "gateway/transcoding/text/shortest_decimal.h"

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

constexpr std::array<std::uint64_t, 20> MakePowers() {
  std::array<std::uint64_t, 20> powers = {1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = 10 * powers[i - 1];
  return powers;
}
constexpr std::array<std::uint64_t, 20> kPowers = MakePowers();

// How many digits `value` has. 1233 / 4096 is about the logarithm of 2.
int CountDigits(std::uint64_t value) {
  value |= 1;
  int guess = std::bit_width(value) * 1233 >> 12;
  return guess + (value >= kPowers[guess] ? 1 : 0);
}

constexpr std::uint64_t kEightDigits = 100'000'000;

// The two digits of each value below 100, one in each byte, the first in the lower.
constexpr std::array<std::uint16_t, 100> MakePairs() {
  std::array<std::uint16_t, 100> pairs = {};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    pairs[i] = static_cast<std::uint16_t>(i / 10 | (i % 10) << 8);
  }
  return pairs;
}
constexpr std::array<std::uint16_t, 100> kPairs = MakePairs();

// The four digits of `value`, which is below 10^4, and the eight of one below 10^8, likewise.
inline std::uint32_t FourDigits(std::uint32_t value) {
  return kPairs[value / 100] | std::uint32_t{kPairs[value % 100]} << 16;
}
inline std::uint64_t EightDigits(std::uint64_t value) {
  auto narrow = static_cast<std::uint32_t>(value);
  return FourDigits(narrow / 10'000) | std::uint64_t{FourDigits(narrow % 10'000)} << 32;
}

constexpr std::uint64_t kZeros = 0x3030303030303030u;

char* WriteBytes(std::uint64_t bytes, char* out) {
  std::memcpy(out, &bytes, sizeof(bytes));
  return out + sizeof(bytes);
}

// Of a value below 10^8, without zeros in front. Writes eight bytes, whatever counts of them.
char* WriteFirstDigits(std::uint64_t value, char* out) {
  int digits = CountDigits(value);
  if (digits <= 4) {
    std::uint32_t bytes = FourDigits(static_cast<std::uint32_t>(value));
    WriteBytes(bytes >> 8 * (4 - digits) | kZeros, out);
    return out + digits;
  }
  WriteBytes((EightDigits(value) | kZeros) >> 8 * (8 - digits), out);
  return out + digits;
}

// Decimals of so many digits are so far apart that of each double, or float, at most one is
// meant: it is the shortest text for it, without zeros at its end.
template <typename T>
constexpr double kMaxShort = std::is_same_v<T, float> ? 1e6 : 1e15;
// A number of at most so many places behind the point may be a short one.
template <typename T>
constexpr int kPlaces = std::is_same_v<T, float> ? 3 : 6;

// Writes `value` if it is a decimal with few digits and places; nullptr if it is not.
template <typename T>
char* WriteShort(T value, char* out) {
  constexpr double kScale = kPowersOfTen[kPlaces<T>];
  double magnitude = std::abs(static_cast<double>(value));
  // Some readers take -0 for an integer, which has no sign.
  if (magnitude == 0 && std::signbit(value)) return std::copy_n("-0.0", 4, out);
  double scaled = magnitude * kScale;
  if (!(scaled < kMaxShort<T>)) return nullptr;
  double whole = std::floor(scaled + 0.5);
  // Rounded once, this is the value that the decimal is read as.
  if (static_cast<T>(whole / kScale) != static_cast<T>(magnitude)) return nullptr;
  if (std::signbit(value)) *out++ = '-';
  auto digits = static_cast<std::uint64_t>(whole);
  constexpr auto kUnit = static_cast<std::uint64_t>(kScale);
  out = WriteInteger(digits / kUnit, out);
  std::uint64_t places = digits % kUnit;
  if (places == 0) return out;
  std::uint64_t bytes = EightDigits(places) >> 8 * (8 - kPlaces<T>);
  *out++ = '.';
  WriteBytes(bytes | kZeros, out);
  // Without the zeros at the end.
  return out + (8 - std::countl_zero(bytes) / 8);
}

char* WriteName(double value, char* out) {
  absl::string_view name = "\"NaN\"";
  if (!std::isnan(value)) name = value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  std::memcpy(out, name.data(), name.size());
  return out + name.size();
}

// Writes digits * 10^exponent, with a point among the digits or in front of them where that is
// not long, else with an exponent.
char* WriteDecimal(ShortestDecimal decimal, char* out) {
  constexpr int kMaxPoint = 21;  // both as JavaScript has them
  constexpr int kMinPoint = -5;
  while (decimal.digits % 10 == 0) decimal = {decimal.digits / 10, decimal.exponent + 1};
  int size = CountDigits(decimal.digits);
  int point = size + decimal.exponent;  // digits in front of it
  if (point <= 0 && point >= kMinPoint) {
    WriteBytes(kZeros, out);
    out[1] = '.';
    return WriteInteger(decimal.digits, out + 2 - point);
  }
  if (point >= size && point <= kMaxPoint) {
    return std::fill_n(WriteInteger(decimal.digits, out), point - size, '0');
  }
  bool has_exponent = point < kMinPoint || point > kMaxPoint;
  int first = has_exponent ? 1 : point;
  char* end = WriteInteger(decimal.digits, out + 1);
  for (int i = 0; i < first; ++i) out[i] = out[i + 1];
  out[first] = '.';
  if (!has_exponent) return end;
  if (size == 1) end = out + 1;
  *end++ = 'e';
  return WriteInteger(std::int64_t{point - 1}, end);
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

char* WriteInteger(std::int64_t value, char* out) {
  if (value >= 0) return WriteInteger(static_cast<std::uint64_t>(value), out);
  *out = '-';
  return WriteInteger(std::uint64_t{0} - static_cast<std::uint64_t>(value), out + 1);
}

char* WriteInteger(std::uint64_t value, char* out) {
  static_assert(std::endian::native == std::endian::little);
  if (value < kEightDigits) return WriteFirstDigits(value, out);
  out = WriteInteger(value / kEightDigits, out);
  return WriteBytes(EightDigits(value % kEightDigits) | kZeros, out);
}

char* WriteDouble(double value, char* out) {
  if (!std::isfinite(value)) return WriteName(value, out);
  if (char* end = WriteShort(value, out)) return end;
  if (std::signbit(value)) *out++ = '-';
  return WriteDecimal(FindShortestDecimal(std::abs(value)), out);
}

char* WriteFloat(float value, char* out) {
  if (!std::isfinite(value)) return WriteName(value, out);
  if (char* end = WriteShort(value, out)) return end;
  return std::to_chars(out, out + kMaxNumberBytes, value).ptr;
}

}  // namespace triad::gateway
