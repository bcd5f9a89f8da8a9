// What the reader and the writer of the language have in common.
#pragma once

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace triad::transform {

inline constexpr absl::string_view kOffWord = "off";
inline constexpr absl::string_view kAsWord = "as";
// The letters of escapes, and what they stand for.
inline constexpr absl::string_view kEscapeLetters = "\"\\nrt";
inline constexpr absl::string_view kEscaped = "\"\\\n\r\t";

inline bool IsNameCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
}

// Of a value without quotes.
inline bool IsPlainCharacter(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte > 0x20 && byte != 0x7F && !absl::StrContains("(),|#\"'=\\", c);
}

}  // namespace triad::transform
