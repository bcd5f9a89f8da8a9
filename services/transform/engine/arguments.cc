#include "services/transform/engine/arguments.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "runtime/base/base64.h"
#include "runtime/base/status.h"

namespace triad::transform {
namespace {

absl::StatusOr<ArgumentValue> ParseInteger(const Parameter& parameter, absl::string_view text) {
  std::int64_t value = 0;
  if (!absl::SimpleAtoi(text, &value) || value < parameter.min || value > parameter.max) {
    std::string unit = parameter.unit.empty() ? "" : absl::StrCat(" ", parameter.unit);
    return absl::InvalidArgumentError(
        absl::StrCat("must be a whole number from ", parameter.min, " to ", parameter.max, unit));
  }
  return ArgumentValue(value);
}

absl::StatusOr<ArgumentValue> ParseFlag(absl::string_view text) {
  if (text == "true") return ArgumentValue(true);
  if (text == "false") return ArgumentValue(false);
  return absl::InvalidArgumentError("must be true or false");
}

absl::StatusOr<ArgumentValue> ParseChoice(const Parameter& parameter, absl::string_view text) {
  const auto& choices = parameter.choices;
  if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("must be one of ", absl::StrJoin(choices, ", ")));
  }
  return ArgumentValue(std::string(text));
}

absl::StatusOr<std::string> ParseHex(absl::string_view digits) {
  if (digits.size() % 2 != 0 ||
      !std::all_of(digits.begin(), digits.end(), [](char c) { return absl::ascii_isxdigit(c); })) {
    return absl::InvalidArgumentError("must have pairs of hexadecimal digits after 'hex:'");
  }
  return absl::HexStringToBytes(digits);
}

}  // namespace

absl::StatusOr<std::string> ParseBytes(absl::string_view text) {
  if (absl::ConsumePrefix(&text, "hex:")) return ParseHex(text);
  if (absl::ConsumePrefix(&text, "base64:")) {
    std::optional<std::string> bytes = DecodeBase64(text);
    if (!bytes) return absl::InvalidArgumentError("must have base64 after 'base64:'");
    return *std::move(bytes);
  }
  absl::ConsumePrefix(&text, "utf8:");
  return std::string(text);
}

bool NamesNotation(absl::string_view text) {
  return absl::StartsWith(text, "hex:") || absl::StartsWith(text, "base64:") ||
         absl::StartsWith(text, "utf8:");
}

absl::StatusOr<ArgumentValue> ParseArgument(const Parameter& parameter, absl::string_view text) {
  switch (parameter.kind) {
    case Kind::kText:
      return ArgumentValue(std::string(text));
    case Kind::kBytes:
    case Kind::kSecret:
      return ParseBytes(text);
    case Kind::kInteger:
      return ParseInteger(parameter, text);
    case Kind::kFlag:
      return ParseFlag(text);
    case Kind::kChoice:
      return ParseChoice(parameter, text);
  }
  return absl::InternalError("has a kind that there is not");
}

void Arguments::Set(const std::string& name, ArgumentValue value) {
  values_.insert_or_assign(name, std::move(value));
}

}  // namespace triad::transform
