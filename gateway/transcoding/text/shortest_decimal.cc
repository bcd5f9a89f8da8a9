#include "gateway/transcoding/text/shortest_decimal.h"

#include <array>
#include <bit>
#include <cstddef>

namespace triad::gateway {
namespace {

using Wide = unsigned __int128;

// A number from 2^127 to 2^128.
struct Power {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
};

constexpr int kMinPower = -292;
constexpr int kMaxPower = 324;

// 256 bits, the highest word first, of which the highest bit is set; multiplied and divided in
// turn, they are wrong in the last few bits only.
using Words = std::array<std::uint64_t, 4>;

constexpr void Normalize(Words& words) {
  int shift = std::countl_zero(words[0]);
  if (shift == 0) return;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::uint64_t next = i + 1 < words.size() ? words[i + 1] : 0;
    words[i] = words[i] << shift | next >> (64 - shift);
  }
}

// 5/8 of it, which is of the same digits as ten times it.
constexpr void MultiplyByFive(Words& words) {
  Wide carry = 0;
  for (std::size_t i = words.size(); i-- > 0;) {
    Wide product = Wide{words[i]} * 5 + carry;
    words[i] = static_cast<std::uint64_t>(product);
    carry = product >> 64;
  }
  for (; carry != 0; carry >>= 1) {
    for (std::size_t i = words.size(); i-- > 1;) words[i] = words[i] >> 1 | words[i - 1] << 63;
    words[0] = words[0] >> 1 | static_cast<std::uint64_t>(carry & 1) << 63;
  }
}

constexpr void DivideByFive(Words& words) {
  Wide rest = 0;
  for (std::uint64_t& word : words) {
    Wide dividend = rest << 64 | word;
    word = static_cast<std::uint64_t>(dividend / 5);
    rest = dividend % 5;
  }
  Normalize(words);
}

// Rounded up.
constexpr Power RoundUp(const Words& words) {
  bool is_exact = words[2] == 0 && words[3] == 0;
  Wide power = (Wide{words[0]} << 64 | words[1]) + (is_exact ? 0 : 1);
  return {static_cast<std::uint64_t>(power >> 64), static_cast<std::uint64_t>(power)};
}

using Powers = std::array<Power, kMaxPower - kMinPower + 1>;

// The powers of ten, scaled by powers of two.
constexpr Powers MakePowers() {
  constexpr Words kOne = {std::uint64_t{1} << 63};
  Powers powers = {};
  Words words = kOne;
  for (int i = 0; i <= kMaxPower; ++i, MultiplyByFive(words)) {
    powers[static_cast<std::size_t>(i - kMinPower)] = RoundUp(words);
  }
  words = kOne;
  for (int i = -1; i >= kMinPower; --i) {
    DivideByFive(words);
    powers[static_cast<std::size_t>(i - kMinPower)] = RoundUp(words);
  }
  return powers;
}

constexpr Powers kPowers = MakePowers();

// The upper 64 bits of `power` * `value` / 2^64; the lowest is also set if a lower one would be.
std::uint64_t MultiplyToOdd(const Power& power, std::uint64_t value) {
  Wide low = Wide{power.low} * value;
  Wide high = Wide{power.high} * value + (low >> 64);
  auto rest = static_cast<std::uint64_t>(high);
  return static_cast<std::uint64_t>(high >> 64) | (rest > 1 ? 1 : 0);
}

// floor(log10(2^e)) and, of three quarters of it; floor(log2(10^e)).
int Log10OfPow2(int e, bool three_quarters) {
  return (e * 1'262'611 - (three_quarters ? 524'031 : 0)) >> 22;
}
int Log2OfPow10(int e) { return (e * 1'741'647) >> 19; }

// A double is significand * 2^exponent; the decimals that are read as it lie from a quarter of
// `lower` to a quarter of `upper`, `value` being four times the double, all in units of 10^k.
struct Interval {
  std::uint64_t lower;
  std::uint64_t value;
  std::uint64_t upper;

  bool Holds(std::uint64_t decimal) const { return lower <= 4 * decimal && 4 * decimal <= upper; }
};

// Of the decimals below and above `s` quarters, the one in the interval, or the nearer one.
std::uint64_t Choose(const Interval& interval, std::uint64_t s) {
  bool is_below = interval.Holds(s);
  bool is_above = interval.Holds(s + 1);
  if (is_below != is_above) return s + (is_above ? 1 : 0);
  std::uint64_t middle = 4 * s + 2;
  bool is_up = interval.value > middle || (interval.value == middle && s % 2 == 1);
  return s + (is_up ? 1 : 0);
}

}  // namespace

ShortestDecimal FindShortestDecimal(double value) {
  constexpr int kFractionBits = 52;
  constexpr int kBias = 1075;
  auto bits = std::bit_cast<std::uint64_t>(value);
  std::uint64_t fraction = bits & ((std::uint64_t{1} << kFractionBits) - 1);
  auto biased = static_cast<int>(bits >> kFractionBits);
  std::uint64_t c = biased == 0 ? fraction : fraction | std::uint64_t{1} << kFractionBits;
  int q = biased == 0 ? 1 - kBias : biased - kBias;
  // Below a power of two, doubles are twice as close.
  bool is_uneven = fraction == 0 && biased > 1;
  int k = Log10OfPow2(q, is_uneven);
  int shift = q + Log2OfPow10(-k) + 1;
  const Power& power = kPowers[static_cast<std::size_t>(-k - kMinPower)];
  std::uint64_t odd = c % 2;
  Interval interval = {
      MultiplyToOdd(power, (4 * c - (is_uneven ? 1 : 2)) << shift) + odd,
      MultiplyToOdd(power, 4 * c << shift),
      MultiplyToOdd(power, (4 * c + 2) << shift) - odd,
  };
  std::uint64_t s = interval.value / 4;
  if (s >= 10) {
    std::uint64_t tens = s / 10 * 10;
    bool is_below = interval.Holds(tens);
    bool is_above = interval.Holds(tens + 10);
    if (is_below != is_above) return {tens / 10 + (is_above ? 1 : 0), k + 1};
  }
  return {Choose(interval, s), k};
}

}  // namespace triad::gateway
