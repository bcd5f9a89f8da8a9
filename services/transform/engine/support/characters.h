// Characters as numbers.
#pragma once

#include <cstdint>
#include <iterator>
#include <string>

#include "runtime/base/utf8.h"

namespace triad::transform {

// Whether it is a Unicode scalar value: no surrogate, not beyond U+10FFFF.
inline bool IsCharacter(std::uint32_t code) { return boost::locale::utf::is_valid_codepoint(code); }

inline bool IsHighSurrogate(std::uint32_t code) { return code >= 0xD800 && code < 0xDC00; }
inline bool IsLowSurrogate(std::uint32_t code) { return code >= 0xDC00 && code < 0xE000; }
inline std::uint32_t JoinSurrogates(std::uint32_t high, std::uint32_t low) {
  return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
}

// `code` is a character.
inline void AppendUtf8(std::uint32_t code, std::string& text) {
  Utf8::encode(code, std::back_inserter(text));
}

}  // namespace triad::transform
