#include "services/transform/engine/support/json_text.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "services/transform/engine/problem.h"
#include "services/transform/engine/support/characters.h"

namespace triad::transform {
namespace {

constexpr absl::string_view kEscaped = "\"\\\b\f\n\r\t";
constexpr absl::string_view kLetters = "\"\\bfnrt";

void AppendUnit(std::uint32_t unit, std::string& json) {
  absl::StrAppendFormat(&json, "\\u%04x", unit);
}

void AppendEscaped(char32_t code, std::string& json) {
  if (code < 0x10000) return AppendUnit(code, json);
  AppendUnit(0xD800 + ((code - 0x10000) >> 10), json);
  AppendUnit(0xDC00 + ((code - 0x10000) & 0x3FF), json);
}

// By byte, whether it stands for itself in a string.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain = {};
  for (std::size_t byte = 0x20; byte < plain.size(); ++byte) plain[byte] = true;
  plain['"'] = false;
  plain['\\'] = false;
  return plain;
}();

// Where the bytes end that stand for themselves from `at` on. Eight at a time: one that does not
// makes the highest bit of its place, or of one behind it, 1.
std::size_t SkipPlain(absl::string_view text, std::size_t at) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighest = 0x8080808080808080;
  std::uint64_t word = 0;
  for (; text.size() - at >= sizeof(word); at += sizeof(word)) {
    std::memcpy(&word, text.data() + at, sizeof(word));
    std::uint64_t quote = word ^ kOnes * '"';
    std::uint64_t backslash = word ^ kOnes * '\\';
    std::uint64_t found = ((word - kOnes * 0x20) & ~word) | ((quote - kOnes) & ~quote) |
                          ((backslash - kOnes) & ~backslash);
    if ((found & kHighest) != 0) break;
  }
  while (at < text.size() && kPlain[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

// Where what is ASCII besides ends.
std::size_t SkipPlainAscii(absl::string_view text, std::size_t at) {
  while (at < text.size() && kPlain[static_cast<unsigned char>(text[at])] &&
         absl::ascii_isascii(static_cast<unsigned char>(text[at]))) {
    ++at;
  }
  return at;
}

// "\" letter, or "\u" and four hexadecimal digits; high surrogates have their low one behind them
absl::StatusOr<std::size_t> EscapeLength(absl::string_view text, std::size_t at) {
  auto unit = [text](std::size_t begin) -> std::uint32_t {
    std::uint32_t value = 0;
    absl::string_view digits = text.substr(std::min(begin, text.size()), 4);
    for (char digit : digits) {
      if (!absl::ascii_isxdigit(static_cast<unsigned char>(digit))) return 0x110000;
    }
    return digits.size() == 4 && absl::SimpleHexAtoi(digits, &value) ? value : 0x110000;
  };
  if (at + 1 < text.size() && text[at + 1] != 'u') {
    bool known = text[at + 1] == '/' || kLetters.find(text[at + 1]) != absl::string_view::npos;
    if (known) return 2;
    return BadInputAt(at, "is not valid JSON: it has an escape that there is not");
  }
  std::uint32_t first = unit(at + 2);
  if (first > 0xFFFF) return BadInputAt(at, "is not valid JSON: four digits must follow \\u");
  if (IsLowSurrogate(first)) return BadInputAt(at, "is not valid JSON: it has half a character");
  if (!IsHighSurrogate(first)) return 6;
  if (text.substr(at + 6, 2) != "\\u" || !IsLowSurrogate(unit(at + 8))) {
    return BadInputAt(at, "is not valid JSON: it has half a character");
  }
  return 12;
}

char Unescaped(char letter) {
  std::size_t at = kLetters.find(letter);
  return at == absl::string_view::npos ? letter : kEscaped[at];
}

}  // namespace

void AppendJsonString(absl::string_view text, bool ascii, std::string& json) {
  json.push_back('"');
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = ascii ? SkipPlainAscii(text, at) : SkipPlain(text, at);
    json.append(text.data() + at, end - at);
    at = end;
    if (at == text.size()) break;
    std::size_t escape = kEscaped.find(text[at]);
    if (escape != absl::string_view::npos) {
      json.push_back('\\');
      json.push_back(kLetters[escape]);
      ++at;
      continue;
    }
    Utf8Character character = FirstCharacter(text.substr(at));
    AppendEscaped(character.code, json);
    at += character.length;
  }
  json.push_back('"');
}

absl::StatusOr<std::size_t> JsonStringLength(absl::string_view json) {
  if (json.empty() || json[0] != '"') return BadInputAt(0, "is not valid JSON: '\"' must be here");
  for (std::size_t at = SkipPlain(json, 1); at < json.size(); at = SkipPlain(json, at)) {
    if (json[at] == '"') {
      return at + 1;
    } else if (json[at] == '\\') {
      TRIAD_ASSIGN_OR_RETURN(std::size_t length, EscapeLength(json, at));
      at += length;
    } else {
      return BadInputAt(at, "is not valid JSON: a control character must be escaped");
    }
  }
  return BadInputAt(json.size(), "is not valid JSON: a string has no end");
}

std::string JsonStringValue(absl::string_view json) {
  json = json.substr(1, json.size() - 2);
  std::string text;
  text.reserve(json.size());
  for (std::size_t at = 0; at < json.size();) {
    std::size_t end = std::min(json.find('\\', at), json.size());
    text.append(json.data() + at, end - at);
    at = end;
    if (at == json.size()) break;
    if (json[at + 1] != 'u') {
      text.push_back(Unescaped(json[at + 1]));
      at += 2;
      continue;
    }
    std::uint32_t code = 0;
    (void)absl::SimpleHexAtoi(json.substr(at + 2, 4), &code);
    at += 6;
    if (IsHighSurrogate(code)) {
      std::uint32_t low = 0;
      (void)absl::SimpleHexAtoi(json.substr(at + 2, 4), &low);
      code = JoinSurrogates(code, low);
      at += 6;
    }
    AppendUtf8(code, text);
  }
  return text;
}

}  // namespace triad::transform
