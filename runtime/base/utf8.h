// UTF-8 of RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <boost/locale/utf.hpp>
#include <cstddef>

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

inline bool IsValidUtf8(absl::string_view text) {
  while (!text.empty()) {
    std::size_t length = FirstCharacter(text).length;
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace triad
