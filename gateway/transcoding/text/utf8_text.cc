#include "gateway/transcoding/text/utf8_text.h"

#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "runtime/base/utf8.h"

namespace triad::gateway {
namespace {

constexpr std::uint64_t kHighBits = 0x8080808080808080u;

// Character by character, and by words where they are ASCII.
std::size_t PlainLength(absl::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint64_t word;
    if (text.size() - at >= sizeof(word)) {
      std::memcpy(&word, text.data() + at, sizeof(word));
      if ((word & kHighBits) == 0) {
        at += sizeof(word);
        continue;
      }
    }
    std::size_t length = FirstCharacter(text.substr(at, 4)).length;
    if (length == 0) break;
    at += length;
  }
  return at;
}

#if defined(__x86_64__)

constexpr std::size_t kBlock = 32;

// Three look-ups, by the nibbles of a byte and of the one in front, find every wrong pair of
// bytes: J. Keiser, D. Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte" (2021),
// section 6. Each bit is a way to be wrong, which all three have to agree on.
enum Wrong : std::uint8_t {
  kTooShort = 1 << 0,   // a lead and no continuation
  kTooLong = 1 << 1,    // ASCII and a continuation
  kOverlong3 = 1 << 2,  // E0 80..9F
  kSurrogate = 1 << 3,  // ED A0..BF
  kOverlong2 = 1 << 4,  // C0..C1
  kTooLarge = 1 << 5,   // F4 90.. and more
  // F5.. followed by 80..8F, and F0 80..8F: no other bit is free, and the two do not meet.
  kTooLargeOrOverlong4 = 1 << 6,
  kTwoContinuations = 1 << 7,  // right only as the third or fourth byte
};

// What a continuation may be wrong with, whatever is in front of it.
constexpr std::uint8_t kAnyCarry = kTooShort | kTooLong | kTwoContinuations;

struct alignas(16) Nibbles {
  std::uint8_t of[16];
};

constexpr Nibbles kByFirstHigh = {{kTooLong, kTooLong, kTooLong, kTooLong, kTooLong, kTooLong,
                                   kTooLong, kTooLong, kTwoContinuations, kTwoContinuations,
                                   kTwoContinuations, kTwoContinuations, kTooShort | kOverlong2,
                                   kTooShort, kTooShort | kOverlong3 | kSurrogate,
                                   kTooShort | kTooLarge | kTooLargeOrOverlong4}};

constexpr std::uint8_t kBeyond = kAnyCarry | kTooLarge | kTooLargeOrOverlong4;
constexpr Nibbles kByFirstLow = {
    {kAnyCarry | kOverlong3 | kOverlong2 | kTooLargeOrOverlong4, kAnyCarry | kOverlong2, kAnyCarry,
     kAnyCarry, kAnyCarry | kTooLarge, kBeyond, kBeyond, kBeyond, kBeyond, kBeyond, kBeyond,
     kBeyond, kBeyond, kBeyond | kSurrogate, kBeyond, kBeyond}};

constexpr std::uint8_t kContinuation = kTooLong | kOverlong2 | kTwoContinuations;
constexpr Nibbles kBySecondHigh = {
    {kTooShort, kTooShort, kTooShort, kTooShort, kTooShort, kTooShort, kTooShort, kTooShort,
     kContinuation | kOverlong3 | kTooLargeOrOverlong4, kContinuation | kOverlong3 | kTooLarge,
     kContinuation | kSurrogate | kTooLarge, kContinuation | kSurrogate | kTooLarge, kTooShort,
     kTooShort, kTooShort, kTooShort}};

#define TRIAD_AVX2 __attribute__((target("avx2")))

TRIAD_AVX2 inline __m256i LookUp(const Nibbles& table, __m256i nibbles) {
  __m128i half = _mm_load_si128(reinterpret_cast<const __m128i*>(table.of));
  return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(half), nibbles);
}

TRIAD_AVX2 inline __m256i HighNibbles(__m256i bytes) {
  return _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(0x0F));
}

// `bytes` moved up by N, with the last N of `before` in front.
template <int N>
TRIAD_AVX2 inline __m256i After(__m256i before, __m256i bytes) {
  return _mm256_alignr_epi8(bytes, _mm256_permute2x128_si256(before, bytes, 0x21), 16 - N);
}

// Not 0 where a byte of `bytes` is wrong behind `before`.
TRIAD_AVX2 inline __m256i WrongBytes(__m256i before, __m256i bytes) {
  __m256i first = After<1>(before, bytes);
  __m256i pairs = _mm256_and_si256(
      _mm256_and_si256(LookUp(kByFirstHigh, HighNibbles(first)),
                       LookUp(kByFirstLow, _mm256_and_si256(first, _mm256_set1_epi8(0x0F)))),
      LookUp(kBySecondHigh, HighNibbles(bytes)));
  // Behind the lead of three or four bytes, two continuations are right, and needed.
  __m256i third = _mm256_subs_epu8(After<2>(before, bytes), _mm256_set1_epi8(0xE0 - 0x80));
  __m256i fourth = _mm256_subs_epu8(After<3>(before, bytes), _mm256_set1_epi8(0xF0 - 0x80));
  __m256i needed =
      _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8(static_cast<char>(0x80)));
  return _mm256_xor_si256(needed, pairs);
}

// The bytes up to the first block that is wrong; it, and what is behind the last whole block,
// has not been looked at. Ends between characters.
TRIAD_AVX2 std::size_t Avx2Length(absl::string_view text) {
  __m256i before = _mm256_setzero_si256();
  std::size_t at = 0;
  bool is_ascii = true;  // `before` is
  for (; text.size() - at >= kBlock; at += kBlock) {
    __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + at));
    bool was_ascii = is_ascii;
    is_ascii = _mm256_movemask_epi8(bytes) == 0;
    if (!was_ascii || !is_ascii) {
      __m256i wrong = WrongBytes(before, bytes);
      if (!_mm256_testz_si256(wrong, wrong)) break;
    }
    before = bytes;
  }
  // A character that the next block ends is looked at again, with its lead.
  while (at > 0 && (static_cast<unsigned char>(text[at - 1]) & 0xC0) == 0x80) --at;
  if (at > 0 && static_cast<unsigned char>(text[at - 1]) >= 0xC0) --at;
  return at;
}

bool HasAvx2() {
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
}

#endif

}  // namespace

std::size_t Utf8Length(absl::string_view text) {
  std::size_t checked = 0;
#if defined(__x86_64__)
  if (text.size() >= kBlock && HasAvx2()) checked = Avx2Length(text);
#endif
  return checked + PlainLength(text.substr(checked));
}

}  // namespace triad::gateway
