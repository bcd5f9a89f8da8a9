// Strings as JSON writes them (RFC 8259, section 7).
//
// All functions are thread-safe. What they are given is UTF-8; see utf8_text.h.
#pragma once

#include <cstddef>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "absl/strings/string_view.h"

namespace triad::gateway {

// Whether a string has to write `c` as an escape: a quotation mark, a backslash or a control.
inline bool IsSpecial(char c) {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

#ifdef __SSE2__
// One bit for each of the 16 bytes at `block` that is special.
inline unsigned SpecialBits(__m128i block) {
  __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
  __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
  __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1F)), block);
  return static_cast<unsigned>(
      _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), control)));
}
#endif

// The first special byte in [at, end), or `end`.
inline const char* FindSpecial(const char* at, const char* end) {
#ifdef __SSE2__
  auto bits_at = [](const char* block) {
    return SpecialBits(_mm_loadu_si128(reinterpret_cast<const __m128i*>(block)));
  };
  if (end - at >= 16) {
    for (; end - at >= 16; at += 16) {
      if (unsigned bits = bits_at(at)) return at + __builtin_ctz(bits);
    }
    // What is left is the end of a block whose beginning has been looked at.
    if (at == end) return end;
    unsigned bits = bits_at(end - 16);
    return bits == 0 ? end : end - 16 + __builtin_ctz(bits);
  }
  if (end - at >= 8) {
    // The upper half of such a block is zeros, which are controls.
    auto half_at = [](const char* block) {
      return SpecialBits(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(block))) & 0xFF;
    };
    if (unsigned bits = half_at(at)) return at + __builtin_ctz(bits);
    unsigned bits = half_at(end - 8);
    return bits == 0 ? end : end - 8 + __builtin_ctz(bits);
  }
#endif
  while (at != end && !IsSpecial(*at)) ++at;
  return at;
}

// One escape, or what stands where one should.
struct Escape {
  std::size_t length = 0;  // in JSON; 0: it is none
  std::uint8_t size = 0;   // in UTF-8
  char bytes[4] = {};
};

// The escape that [at, end) begins with. Two that stand for a pair of surrogates are one; half
// of a pair is none.
Escape ReadEscape(const char* at, const char* end);

// What stands for the special byte `c`: "\n", "\u001f". No longer than kMaxEscapeBytes.
absl::string_view EscapeOf(char c);
inline constexpr std::size_t kMaxEscapeBytes = 6;

}  // namespace triad::gateway
