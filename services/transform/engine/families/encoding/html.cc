#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/utf8.h"
#include "services/transform/engine/families/encoding/html_entities.h"
#include "services/transform/engine/families/encoding/operations.h"
#include "services/transform/engine/support/characters.h"

namespace triad::transform {
namespace {

absl::string_view EntityOf(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

absl::Status RunEscape(absl::string_view input, const Arguments& arguments, Output& output) {
  bool ascii = arguments.Flag("ascii");
  for (std::size_t at = 0; at < input.size() && output.Going(at);) {
    std::size_t plain = at;
    while (plain < input.size() && EntityOf(input[plain]).empty() &&
           (!ascii || absl::ascii_isascii(static_cast<unsigned char>(input[plain])))) {
      ++plain;
    }
    output.Append(input.substr(at, plain - at));
    at = plain;
    if (at == input.size()) break;
    absl::string_view entity = EntityOf(input[at]);
    if (!entity.empty()) {
      output.Append(entity);
      ++at;
      continue;
    }
    Utf8Character character = FirstCharacter(input.substr(at));
    output.Append(absl::StrCat("&#", static_cast<std::uint32_t>(character.code), ";"));
    at += character.length;
  }
  return output.status();
}

// What numbers 0x80 to 0x9F mean (HTML standard, 13.2.5.80): windows-1252; 0 is itself.
constexpr std::array<char16_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

char32_t CharacterOf(std::uint32_t number) {
  if (number >= 0x80 && number < 0xA0 && kWindows1252[number - 0x80] != 0) {
    return kWindows1252[number - 0x80];
  }
  return number == 0 || !IsCharacter(number) ? 0xFFFD : number;
}

// What stands for a reference, and how long the reference is; 0 if there is none.
struct Reference {
  std::string characters = {};
  std::size_t length = 0;
};

// "&#" digits, or "&#x" hexadecimal digits, and perhaps ";"
Reference NumberAt(absl::string_view text) {
  std::size_t at = 2;
  bool hex = at < text.size() && (text[at] == 'x' || text[at] == 'X');
  if (hex) ++at;
  std::size_t begin = at;
  std::uint32_t number = 0;
  for (; at < text.size(); ++at) {
    auto c = static_cast<unsigned char>(text[at]);
    if (hex ? !absl::ascii_isxdigit(c) : !absl::ascii_isdigit(c)) break;
    auto digit = static_cast<std::uint32_t>(
        absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10);
    number = std::min<std::uint32_t>(number * (hex ? 16 : 10) + digit, 0x110000);
  }
  if (at == begin) return {};
  if (at < text.size() && text[at] == ';') ++at;
  Reference reference = {.length = at};
  AppendUtf8(CharacterOf(number), reference.characters);
  return reference;
}

// "&" name ";", or the longest name that may stand without one
Reference NameAt(absl::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && end <= kMaxHtmlEntityName &&
         absl::ascii_isalnum(static_cast<unsigned char>(text[end]))) {
    ++end;
  }
  if (end < text.size() && text[end] == ';') {
    const HtmlEntity* entity = FindHtmlEntity(text.substr(1, end - 1));
    if (entity != nullptr) return {std::string(entity->characters), end + 1};
  }
  for (; end > 1; --end) {
    const HtmlEntity* entity = FindHtmlEntity(text.substr(1, end - 1));
    if (entity != nullptr && entity->bare) return {std::string(entity->characters), end};
  }
  return {};
}

absl::Status RunUnescape(absl::string_view input, const Arguments&, Output& output) {
  while (!input.empty() && !output.failed()) {
    std::size_t plain = std::min(input.find('&'), input.size());
    output.Append(input.substr(0, plain));
    input.remove_prefix(plain);
    if (input.empty()) break;
    bool number = input.size() > 1 && input[1] == '#';
    Reference reference = number ? NumberAt(input) : NameAt(input);
    if (reference.length == 0) reference = {"&", 1};
    output.Append(reference.characters);
    input.remove_prefix(reference.length);
  }
  return output.status();
}

}  // namespace

Operation HtmlEscape() {
  return {
      .id = "html-escape",
      .name = "HTML escape",
      .aliases = {"To HTML Entity", "xml-escape"},
      .summary = "Writes & < > \" and ' as entities.",
      .takes = Data::kText,
      .gives = Data::kText,
      .parameters = {{.name = "ascii",
                      .summary = "Whether what is not ASCII becomes &#N; too.",
                      .kind = Kind::kFlag,
                      .default_value = "false"}},
      .inverse = "html-unescape",
      .examples = {{"<a>", "html-escape", "&lt;a&gt;"}, {"é", "html-escape(ascii=true)", "&#233;"}},
      .run = RunEscape};
}

Operation HtmlUnescape() {
  return {.id = "html-unescape",
          .name = "HTML unescape",
          .aliases = {"From HTML Entity"},
          .summary =
              "Reads entities as a browser does (HTML standard, 13.2.5.72); what is none "
              "stays.",
          .takes = Data::kText,
          .gives = Data::kText,
          .inverse = "html-escape",
          .examples = {{"&lt;p&gt; &eacute;&#233;&#xE9;", "html-unescape", "<p> ééé"}},
          .run = RunUnescape};
}

}  // namespace triad::transform
