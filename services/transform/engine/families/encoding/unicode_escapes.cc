#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "services/transform/engine/families/encoding/operations.h"
#include "services/transform/engine/support/characters.h"

namespace triad::transform {
namespace {

std::string Escape(std::uint32_t code, const std::string& style) {
  if (style == "braces") return absl::StrFormat("\\u{%x}", code);
  if (style == "long") return absl::StrFormat("\\U%08x", code);
  if (code < 0x10000) return absl::StrFormat("\\u%04x", code);
  return absl::StrFormat("\\u%04x\\u%04x", 0xD800 + ((code - 0x10000) >> 10),
                         0xDC00 + ((code - 0x10000) & 0x3FF));
}

absl::Status RunEscape(absl::string_view input, const Arguments& arguments, Output& output) {
  const std::string& style = arguments.Text("style");
  bool all = arguments.Flag("all");
  for (std::size_t at = 0; at < input.size() && output.Going(at);) {
    Utf8Character character = FirstCharacter(input.substr(at));
    bool kept = !all && character.code < 0x80;
    // A backslash that stayed would begin an escape.
    if (kept && character.code != '\\') {
      output.Append(input.substr(at, character.length));
    } else {
      output.Append(Escape(character.code, style));
    }
    at += character.length;
  }
  return output.status();
}

struct Unit {
  std::uint32_t code = 0;
  std::size_t length = 0;  // of the escape
};

std::optional<Unit> HexAt(absl::string_view text, std::size_t begin, std::size_t digits,
                          std::size_t tail) {
  absl::string_view hex = text.substr(std::min(begin, text.size()), digits);
  Unit unit = {.length = begin + digits + tail};
  bool whole = !hex.empty() && hex.size() == digits && digits <= 8 &&
               std::all_of(hex.begin(), hex.end(), [](char c) {
                 return absl::ascii_isxdigit(static_cast<unsigned char>(c));
               });
  if (!whole || !absl::SimpleHexAtoi(hex, &unit.code)) return std::nullopt;
  return unit;
}

// "\uXXXX", "\u{X...}" or "\UXXXXXXXX"
std::optional<Unit> UnitAt(absl::string_view text) {
  if (absl::StartsWith(text, "\\U")) return HexAt(text, 2, 8, 0);
  if (absl::StartsWith(text, "\\u{")) {
    std::size_t end = text.substr(0, 12).find('}');
    if (end == absl::string_view::npos) return std::nullopt;
    return HexAt(text, 3, end - 3, 1);
  }
  return HexAt(text, 2, 4, 0);
}

absl::StatusOr<Unit> CharacterAt(absl::string_view text, std::size_t at) {
  std::optional<Unit> first = UnitAt(text.substr(at));
  if (!first) return BadInputAt(at, "has an escape without its hexadecimal digits");
  if (IsHighSurrogate(first->code) && absl::StartsWith(text.substr(at + first->length), "\\u")) {
    std::optional<Unit> second = UnitAt(text.substr(at + first->length));
    if (second && IsLowSurrogate(second->code)) {
      return Unit{JoinSurrogates(first->code, second->code), first->length + second->length};
    }
  }
  if (!IsCharacter(first->code)) return BadInputAt(at, "has an escape of what is no character");
  return *first;
}

absl::Status RunUnescape(absl::string_view input, const Arguments&, Output& output) {
  for (std::size_t at = 0; at < input.size() && output.Going(at);) {
    bool escape =
        absl::StartsWith(input.substr(at), "\\u") || absl::StartsWith(input.substr(at), "\\U");
    if (!escape) {
      std::size_t next = std::min(input.find('\\', at + 1), input.size());
      output.Append(input.substr(at, next - at));
      at = next;
      continue;
    }
    TRIAD_ASSIGN_OR_RETURN(Unit unit, CharacterAt(input, at));
    std::string character;
    AppendUtf8(unit.code, character);
    output.Append(character);
    at += unit.length;
  }
  return output.status();
}

}  // namespace

Operation UnicodeEscape() {
  return {.id = "unicode-escape",
          .name = "Unicode escape",
          .aliases = {"Escape Unicode Characters"},
          .summary = "Writes what is not ASCII, and backslashes, as escapes.",
          .takes = Data::kText,
          .gives = Data::kText,
          .parameters = {{.name = "style",
                          .summary = "pairs: \\uXXXX, two beyond U+FFFF; braces: \\u{X}; long: "
                                     "\\UXXXXXXXX.",
                          .kind = Kind::kChoice,
                          .default_value = "pairs",
                          .choices = {"pairs", "braces", "long"}},
                         {.name = "all",
                          .summary = "Whether ASCII is escaped too.",
                          .kind = Kind::kFlag,
                          .default_value = "false"}},
          .inverse = "unicode-unescape",
          .examples = {{"é😀A", "unicode-escape", "\\u00e9\\ud83d\\ude00A"},
                       {"é", "unicode-escape(style=braces)", "\\u{e9}"}},
          .run = RunEscape};
}

Operation UnicodeUnescape() {
  return {.id = "unicode-unescape",
          .name = "Unicode unescape",
          .aliases = {"Unescape Unicode Characters"},
          .summary = "Reads \\uXXXX, \\u{X} and \\UXXXXXXXX; other backslashes stay.",
          .takes = Data::kText,
          .gives = Data::kText,
          .inverse = "unicode-escape",
          .examples = {{"\\u00b5 \\u{20ac}", "unicode-unescape", "µ €"}},
          .run = RunUnescape};
}

}  // namespace triad::transform
