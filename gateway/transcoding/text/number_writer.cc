#include "gateway/transcoding/text/number_writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "absl/strings/string_view.h"
#include "gateway/transcoding/text/shortest_decimal.h"

namespace triad::gateway {
namespace {

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
  constexpr std::uint64_t kUnit = kPowers[kPlaces<T>];
  constexpr auto kScale = static_cast<double>(kUnit);
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
