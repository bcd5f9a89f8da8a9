#include "cli/config/values.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "cli/exit_codes.h"
#include "cli/files/read_input.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

namespace v1 = config::v1;

struct TypeRow {
  absl::string_view name;
  absl::string_view expected;
  bool (*parse)(absl::string_view text, v1::Value& value);
};

bool ParseText(absl::string_view text, v1::Value& value) {
  value.set_string_value(std::string(text));
  return true;
}

bool ParseInt(absl::string_view text, v1::Value& value) {
  std::int64_t number = 0;
  bool ok = absl::SimpleAtoi(text, &number);
  value.set_int_value(number);
  return ok;
}

bool ParseDouble(absl::string_view text, v1::Value& value) {
  double number = 0;
  bool ok = absl::SimpleAtod(text, &number) && std::isfinite(number);
  value.set_double_value(number);
  return ok;
}

bool ParseBool(absl::string_view text, v1::Value& value) {
  value.set_bool_value(text == "true");
  return text == "true" || text == "false";
}

bool ParseJson(absl::string_view text, v1::Value& value) {
  value.set_json_value(std::string(text));
  return nlohmann::json::accept(text);
}

constexpr TypeRow kTypes[] = {
    {"string", "text", ParseText},
    {"int", "a whole number from -9223372036854775808 to 9223372036854775807", ParseInt},
    {"double", "a finite number", ParseDouble},
    {"bool", "true or false", ParseBool},
    {"json", "a JSON document", ParseJson},
};

}  // namespace

absl::string_view TypeName(const v1::Value& value) {
  switch (value.kind_case()) {
    case v1::Value::kStringValue:
      return "string";
    case v1::Value::kIntValue:
      return "int";
    case v1::Value::kDoubleValue:
      return "double";
    case v1::Value::kBoolValue:
      return "bool";
    case v1::Value::kJsonValue:
      return "json";
    case v1::Value::KIND_NOT_SET:
      break;
  }
  return "";
}

std::string FormatValue(const v1::Value& value) {
  switch (value.kind_case()) {
    case v1::Value::kStringValue:
      return value.string_value();
    case v1::Value::kIntValue:
      return absl::StrCat(value.int_value());
    case v1::Value::kDoubleValue:
      return nlohmann::json(value.double_value()).dump();
    case v1::Value::kBoolValue:
      return value.bool_value() ? "true" : "false";
    case v1::Value::kJsonValue:
      return value.json_value();
    case v1::Value::KIND_NOT_SET:
      break;
  }
  return "";
}

absl::StatusOr<v1::Value> ParseValue(absl::string_view type, absl::string_view text,
                                     absl::string_view source) {
  for (const TypeRow& row : kTypes) {
    if (row.name != type) continue;
    v1::Value value;
    if (row.parse(text, value)) return value;
    return UsageError(absl::StrCat(source, ": expected ", row.expected, " (--type ", type, ")"));
  }
  return UsageError(absl::StrCat("--type: there is no type '", type, "'"));
}

absl::StatusOr<std::string> ReadValueInput(absl::string_view flag, const std::string& path) {
  TRIAD_ASSIGN_OR_RETURN(std::string text, ReadInput(flag, path));
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace triad::cli
