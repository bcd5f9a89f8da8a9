#include "runtime/telemetry/logs/text.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "runtime/base/utf8.h"

namespace triad::log {
namespace {

void AppendCode(std::uint32_t code, std::string& out) {
  absl::StrAppend(&out, "\\u", absl::Hex(code, absl::kZeroPad4));
}

void AppendAscii(char c, std::string& out) {
  static constexpr absl::string_view kNamed = "\"\\\n\r\t";
  static constexpr absl::string_view kNames = "\"\\nrt";
  std::size_t at = kNamed.find(c);
  if (at == absl::string_view::npos) return AppendCode(static_cast<unsigned char>(c), out);
  out.push_back('\\');
  out.push_back(kNames[at]);
}

constexpr bool IsPlain(char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

// Of each byte, whether a word that has it needs no quotation marks.
constexpr std::array<bool, 256> kPlainInWords = [] {
  std::array<bool, 256> plain = {};
  for (int byte = 0; byte < 0x80; ++byte) {
    char c = static_cast<char>(byte);
    plain[byte] = IsPlain(c) && c != ' ' && c != '=';
  }
  return plain;
}();

// C1 controls drive terminals; the separators end lines for some readers.
bool IsHiddenControl(std::uint32_t code) {
  return (code >= 0x80 && code < 0xA0) || code == 0x2028 || code == 0x2029;
}

}  // namespace

void AppendEscaped(absl::string_view text, std::string& out) {
  while (!text.empty()) {
    auto plain = std::find_if_not(text.begin(), text.end(), IsPlain);
    out.append(text.begin(), plain);
    text.remove_prefix(static_cast<std::size_t>(plain - text.begin()));
    if (text.empty()) return;
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      AppendAscii(text.front(), out);
      text.remove_prefix(1);
      continue;
    }
    Utf8Character character = FirstCharacter(text);
    if (character.length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (IsHiddenControl(character.code)) {
      AppendCode(character.code, out);
    } else {
      out.append(text.data(), character.length);
    }
    text.remove_prefix(std::max<std::size_t>(character.length, 1));
  }
}

void AppendWord(absl::string_view text, std::string& out) {
  bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return kPlainInWords[static_cast<unsigned char>(c)];
  });
  if (plain) {
    out.append(text.data(), text.size());
    return;
  }
  out.push_back('"');
  AppendEscaped(text, out);
  out.push_back('"');
}

}  // namespace triad::log
