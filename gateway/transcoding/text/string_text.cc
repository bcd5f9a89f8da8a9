#include "gateway/transcoding/text/string_text.h"

#include <array>
#include <cstring>
#include <optional>

namespace triad::gateway {
namespace {

constexpr std::size_t kHexLength = 6;  // \u0041
constexpr std::uint32_t kFirstHigh = 0xD800;
constexpr std::uint32_t kFirstLow = 0xDC00;
constexpr std::uint32_t kLastLow = 0xDFFF;
constexpr std::uint32_t kFirstBeyondPlane = 0x10000;

struct Pair {
  char letter;
  char character;
};
constexpr Pair kPairs[] = {{'"', '"'},  {'\\', '\\'}, {'/', '/'},  {'b', '\b'},
                           {'f', '\f'}, {'n', '\n'},  {'r', '\r'}, {'t', '\t'}};

// The code unit of "\uXXXX".
std::optional<std::uint32_t> CodeUnit(const char* at, const char* end) {
  if (static_cast<std::size_t>(end - at) < kHexLength || at[0] != '\\' || at[1] != 'u') {
    return std::nullopt;
  }
  std::uint32_t unit = 0;
  for (const char* digit = at + 2; digit != at + kHexLength; ++digit) {
    char c = static_cast<char>(*digit | 0x20);  // lower case, and digits as they are
    bool is_decimal = *digit >= '0' && *digit <= '9';
    if (!is_decimal && (c < 'a' || c > 'f')) return std::nullopt;
    unit = unit << 4 | static_cast<std::uint32_t>(is_decimal ? *digit - '0' : c - 'a' + 10);
  }
  return unit;
}

char Continuation(std::uint32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); }

// RFC 3629, section 3.
void Encode(std::uint32_t code, Escape& escape) {
  char* out = escape.bytes;
  if (code < 0x80) {
    *out++ = static_cast<char>(code);
  } else if (code < 0x800) {
    *out++ = static_cast<char>(0xC0 | code >> 6);
    *out++ = Continuation(code);
  } else if (code < kFirstBeyondPlane) {
    *out++ = static_cast<char>(0xE0 | code >> 12);
    *out++ = Continuation(code >> 6);
    *out++ = Continuation(code);
  } else {
    *out++ = static_cast<char>(0xF0 | code >> 18);
    *out++ = Continuation(code >> 12);
    *out++ = Continuation(code >> 6);
    *out++ = Continuation(code);
  }
  escape.size = static_cast<std::uint8_t>(out - escape.bytes);
}

Escape ReadHex(const char* at, const char* end) {
  Escape escape;
  std::optional<std::uint32_t> code = CodeUnit(at, end);
  if (!code || (*code >= kFirstLow && *code <= kLastLow)) return {};
  escape.length = kHexLength;
  if (*code >= kFirstHigh && *code < kFirstLow) {
    std::optional<std::uint32_t> low = CodeUnit(at + kHexLength, end);
    if (!low || *low < kFirstLow || *low > kLastLow) return {};
    escape.length = 2 * kHexLength;
    code = kFirstBeyondPlane + ((*code - kFirstHigh) << 10) + (*low - kFirstLow);
  }
  Encode(*code, escape);
  return escape;
}

using Escapes = std::array<char[kMaxEscapeBytes + 1], 0x20>;

constexpr Escapes MakeEscapes() {
  constexpr char kDigits[] = "0123456789abcdef";
  Escapes escapes = {};
  for (std::size_t c = 0; c < escapes.size(); ++c) {
    char hex[] = {'\\', 'u', '0', '0', kDigits[c >> 4], kDigits[c & 0xF]};
    for (std::size_t i = 0; i < kMaxEscapeBytes; ++i) escapes[c][i] = hex[i];
  }
  for (const Pair& pair : kPairs) {
    auto c = static_cast<std::size_t>(pair.character);
    if (c >= escapes.size()) continue;
    escapes[c][0] = '\\';
    escapes[c][1] = pair.letter;
    escapes[c][2] = '\0';
  }
  return escapes;
}

}  // namespace

Escape ReadEscape(const char* at, const char* end) {
  if (end - at < 2 || at[0] != '\\') return {};
  if (at[1] == 'u') return ReadHex(at, end);
  for (const Pair& pair : kPairs) {
    if (pair.letter == at[1]) return {2, 1, {pair.character}};
  }
  return {};
}

absl::string_view EscapeOf(char c) {
  static constexpr Escapes kEscapes = MakeEscapes();
  if (c == '"') return "\\\"";
  if (c == '\\') return "\\\\";
  return kEscapes[static_cast<unsigned char>(c)];
}

}  // namespace triad::gateway
