#include "services/transform/engine/support/yaml_scalars.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "runtime/base/utf8.h"
#include "services/transform/engine/support/json_text.h"
#include "services/transform/engine/support/radix.h"

namespace triad::transform {
namespace {

constexpr absl::string_view kWords[] = {"null", "true", "false", "yes", "no",
                                        "on",   "off",  "y",     "n",   "~"};
constexpr absl::string_view kNoNumbers[] = {".inf", ".nan", "+.inf", "-.inf"};
// Of a number in base 8 or 16; the time grows as the square of the length.
constexpr std::size_t kMaxDigits = 1000;

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

absl::string_view TakeDigits(absl::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && IsDigit(text[end])) ++end;
  absl::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

// "0o" or "0x" and digits, in base 10; empty if it is none
std::string DecimalOf(absl::string_view text) {
  std::uint32_t base = absl::ConsumePrefix(&text, "0o")   ? 8
                       : absl::ConsumePrefix(&text, "0x") ? 16
                                                          : 0;
  if (base == 0 || text.empty() || text.size() > kMaxDigits) return "";
  std::vector<std::uint8_t> digits;
  for (char c : text) {
    std::size_t digit = absl::string_view("0123456789abcdef")
                            .find(absl::ascii_tolower(static_cast<unsigned char>(c)));
    if (digit >= base) return "";
    digits.push_back(static_cast<std::uint8_t>(digit));
  }
  std::string decimal;
  for (std::uint8_t digit : ConvertDigits(digits, base, 10)) {
    decimal.push_back(static_cast<char>('0' + digit));
  }
  return decimal.empty() ? "0" : decimal;
}

// [sign] ( digits [ "." [digits] ] / "." digits ) [ "e" [sign] digits ], as JSON has it; empty if
// it is none
std::string NumberOf(absl::string_view text) {
  std::string number = absl::ConsumePrefix(&text, "-") ? "-" : "";
  if (number.empty()) absl::ConsumePrefix(&text, "+");
  absl::string_view whole = TakeDigits(text);
  bool point = absl::ConsumePrefix(&text, ".");
  absl::string_view fraction = point ? TakeDigits(text) : absl::string_view();
  if (whole.empty() && fraction.empty()) return "";
  while (whole.size() > 1 && whole[0] == '0') whole.remove_prefix(1);
  number.append(whole.empty() ? "0" : std::string(whole));
  if (point) number.append(".").append(fraction.empty() ? "0" : std::string(fraction));
  if (text.empty()) return number;
  if (text[0] != 'e' && text[0] != 'E') return "";
  number.push_back(text[0]);
  text.remove_prefix(1);
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    number.push_back(text[0]);
    text.remove_prefix(1);
  }
  absl::string_view exponent = TakeDigits(text);
  if (exponent.empty() || !text.empty()) return "";
  return number.append(exponent.data(), exponent.size());
}

bool IsOneOf(absl::string_view text, const std::string& lower) {
  // The core schema knows a word in lower, upper and title case.
  std::string upper = absl::AsciiStrToUpper(lower);
  std::string title = lower;
  title[0] = upper[0];
  return text == lower || text == upper || text == title;
}

}  // namespace

std::optional<std::string> JsonOfPlainScalar(absl::string_view text) {
  if (text.empty() || text == "~" || IsOneOf(text, "null")) return "null";
  if (IsOneOf(text, "true")) return "true";
  if (IsOneOf(text, "false")) return "false";
  for (absl::string_view word : kNoNumbers) {
    if (absl::EqualsIgnoreCase(text, word)) return std::nullopt;
  }
  std::string number = DecimalOf(text);
  if (number.empty()) number = NumberOf(text);
  if (!number.empty()) return number;
  std::string json;
  AppendJsonString(text, false, json);
  return json;
}

bool IsYamlWord(absl::string_view text) {
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [text](absl::string_view word) { return absl::EqualsIgnoreCase(text, word); });
}

bool IsYamlPrintable(absl::string_view text) {
  while (!text.empty()) {
    Utf8Character c = FirstCharacter(text);
    bool printable = (c.code >= 0x20 && c.code < 0x7F) || c.code == '\n' || c.code == '\t' ||
                     c.code == '\r' || c.code == 0x85 || (c.code >= 0xA0 && c.code < 0xD800) ||
                     (c.code >= 0xE000 && c.code <= 0xFFFD && c.code != 0xFEFF) ||
                     c.code >= 0x10000;
    if (!printable) return false;
    text.remove_prefix(c.length);
  }
  return true;
}

}  // namespace triad::transform
