// How the CRC of a whole follows from those of its parts: arithmetic on polynomials over
// GF(2), modulo the polynomial of the CRC.
//
// A remainder is kept reflected, as the CRCs here are: its highest bit is the coefficient
// of x^0. So is `polynomial`, without its highest power.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace triad::storage::crc {

// x^0.
template <typename Word>
inline constexpr Word kOne = static_cast<Word>(Word{1} << (8 * sizeof(Word) - 1));

template <typename Word>
constexpr Word TimesX(Word a, Word polynomial) {
  return (a >> 1) ^ ((a & 1) != 0 ? polynomial : Word{0});
}

template <typename Word>
constexpr Word Times(Word a, Word b, Word polynomial) {
  Word product = 0;
  for (Word bit = kOne<Word>; bit != 0; bit >>= 1) {
    if ((a & bit) != 0) product ^= b;
    b = TimesX(b, polynomial);
  }
  return product;
}

// x^(2^i) for each bit that a number of bits, 8 for each byte, can have.
template <typename Word, Word kPolynomial>
inline constexpr std::array<Word, 67> kSquares = [] {
  std::array<Word, 67> squares = {};
  squares[0] = TimesX(kOne<Word>, kPolynomial);
  for (std::size_t i = 1; i < squares.size(); ++i) {
    squares[i] = Times(squares[i - 1], squares[i - 1], kPolynomial);
  }
  return squares;
}();

// x^(8·bytes): what a CRC is multiplied by for so many bytes that follow.
template <typename Word, Word kPolynomial>
constexpr Word PowerOf(std::uint64_t bytes) {
  Word power = kOne<Word>;
  for (std::size_t i = 3; bytes != 0; bytes >>= 1, ++i) {
    if ((bytes & 1) != 0) power = Times(power, kSquares<Word, kPolynomial>[i], kPolynomial);
  }
  return power;
}

}  // namespace triad::storage::crc
