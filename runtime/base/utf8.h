// UTF-8 of RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <boost/locale/utf.hpp>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"

namespace triad {

using Utf8 = boost::locale::utf::utf_traits<char>;

struct Utf8Character {
  char32_t code = 0;
  std::size_t length = 0;  // bytes
};

// The character that `text` begins with; of length 0 if it begins with none.
inline Utf8Character FirstCharacter(absl::string_view text) {
  auto end = text.begin();
  auto code = Utf8::decode(end, text.end());
  if (!boost::locale::utf::is_valid_codepoint(code)) return {};
  return {code, static_cast<std::size_t>(end - text.begin())};
}

// How many bytes at the beginning of `text` are whole characters; all of them if it is valid.
inline std::size_t ValidUtf8Length(absl::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    // Most text is ASCII for long stretches: eight bytes at a time.
    std::uint64_t word = 0;
    if (text.size() - at >= sizeof(word)) {
      std::memcpy(&word, text.data() + at, sizeof(word));
      if ((word & 0x8080808080808080) == 0) {
        at += sizeof(word);
        continue;
      }
    }
    std::size_t length = FirstCharacter(text.substr(at)).length;
    if (length == 0) return at;
    at += length;
  }
  return at;
}

inline bool IsValidUtf8(absl::string_view text) { return ValidUtf8Length(text) == text.size(); }

}  // namespace triad
