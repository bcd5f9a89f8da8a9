#include "runtime/json_schema/document.h"

#include <charconv>
#include <cmath>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "runtime/json_schema/json/reader.h"
#include "runtime/json_schema/json/value.h"

namespace triad::json_schema {

Document::Document(Value value) : value_(std::make_shared<const Value>(std::move(value))) {}

absl::StatusOr<Document> Document::Parse(absl::string_view json) {
  TRIAD_ASSIGN_OR_RETURN(Value value, ReadJson(json));
  return Document(std::move(value));
}

absl::StatusOr<Document> Document::OfString(absl::string_view text) {
  if (!IsValidUtf8(text)) return absl::InvalidArgumentError("is not UTF-8");
  return Document(Value{std::string(text)});
}

absl::StatusOr<Document> Document::OfDouble(double value) {
  if (!std::isfinite(value)) return absl::InvalidArgumentError("is not a finite number");
  char text[32];  // the longest is "-2.2250738585072014e-308"
  auto [end, error] = std::to_chars(std::begin(text), std::end(text), value);
  return Document(Value{*Decimal::Parse({text, static_cast<std::size_t>(end - text)})});
}

Document Document::OfInt(std::int64_t value) { return Document(Value{Decimal(value)}); }

Document Document::OfBool(bool value) { return Document(Value{value}); }

}  // namespace triad::json_schema
