#include "services/config/transfer/formats/scalar.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace triad::config {
namespace {

struct Word {
  absl::string_view text;
  Scalar::Kind kind;
  absl::string_view json;
};

constexpr Word kWords[] = {
    {"", Scalar::Kind::kNull, "null"},       {"~", Scalar::Kind::kNull, "null"},
    {"null", Scalar::Kind::kNull, "null"},   {"Null", Scalar::Kind::kNull, "null"},
    {"NULL", Scalar::Kind::kNull, "null"},   {"true", Scalar::Kind::kBool, "true"},
    {"True", Scalar::Kind::kBool, "true"},   {"TRUE", Scalar::Kind::kBool, "true"},
    {"false", Scalar::Kind::kBool, "false"}, {"False", Scalar::Kind::kBool, "false"},
    {"FALSE", Scalar::Kind::kBool, "false"}, {".nan", Scalar::Kind::kDouble, ".nan"},
    {".NaN", Scalar::Kind::kDouble, ".nan"}, {".NAN", Scalar::Kind::kDouble, ".nan"},
};

bool AllDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

absl::string_view TakeDigits(absl::string_view& rest) {
  std::size_t count = 0;
  while (count < rest.size() && absl::ascii_isdigit(rest[count])) ++count;
  absl::string_view digits = rest.substr(0, count);
  rest.remove_prefix(count);
  return digits;
}

bool TakeSign(absl::string_view& rest) {
  return absl::ConsumePrefix(&rest, "-") || absl::ConsumePrefix(&rest, "+");
}

// (\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? of which one of the optional parts is there.
bool IsUnsignedFloat(absl::string_view rest) {
  absl::string_view whole = TakeDigits(rest);
  bool point = absl::ConsumePrefix(&rest, ".");
  absl::string_view fraction = point ? TakeDigits(rest) : absl::string_view();
  if (whole.empty() && fraction.empty()) return false;
  if (rest.empty()) return point;
  if (!absl::ConsumePrefix(&rest, "e") && !absl::ConsumePrefix(&rest, "E")) return false;
  TakeSign(rest);
  return AllDigits(rest);
}

// Decimal text of 0o7 and 0xF; nullopt if it is neither, or over 64 bits.
std::optional<std::string> FromBase(absl::string_view text, absl::string_view prefix, int base) {
  if (!absl::ConsumePrefix(&text, prefix)) return std::nullopt;
  std::uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return absl::StrCat(number);
}

// As JSON writes it: no plus and no zeros in front.
std::string CanonicalInt(bool negative, absl::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  return absl::StrCat(negative ? "-" : "", digits);
}

std::optional<Scalar> ResolveNumber(absl::string_view text) {
  for (auto& octal_or_hex : {FromBase(text, "0o", 8), FromBase(text, "0x", 16)}) {
    if (octal_or_hex.has_value()) return Scalar{Scalar::Kind::kInt, *octal_or_hex};
  }
  absl::string_view rest = text;
  bool negative = absl::ConsumePrefix(&rest, "-");
  if (!negative) absl::ConsumePrefix(&rest, "+");
  if (AllDigits(rest)) return Scalar{Scalar::Kind::kInt, CanonicalInt(negative, rest)};
  if (rest == ".inf" || rest == ".Inf" || rest == ".INF") {
    return Scalar{Scalar::Kind::kDouble, ".inf"};
  }
  if (!IsUnsignedFloat(rest)) return std::nullopt;
  double number = 0;
  auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (error != std::errc()) return Scalar{Scalar::Kind::kDouble, ".inf"};
  return Scalar{Scalar::Kind::kDouble, FormatDouble(negative ? -number : number)};
}

}  // namespace

Scalar ResolvePlain(absl::string_view text) {
  for (const Word& word : kWords) {
    if (word.text == text) return {word.kind, std::string(word.json)};
  }
  if (std::optional<Scalar> number = ResolveNumber(text)) return *std::move(number);
  return {Scalar::Kind::kText, std::string(text)};
}

std::string QuoteJson(absl::string_view text) { return nlohmann::json(text).dump(); }

std::string FormatDouble(double number) {
  char buffer[32];
  std::string text(buffer, std::to_chars(buffer, buffer + sizeof(buffer), number).ptr);
  if (text.find('.') != std::string::npos) return text;
  // YAML 1.1 takes no number for a float that has no point.
  text.insert(std::min(text.find('e'), text.size()), ".0");
  return text;
}

}  // namespace triad::config
