#include "services/config/model/value_limits.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::config {
namespace {

constexpr std::size_t kMaxDescriptionBytes = 4096;

absl::Status CheckSize(absl::string_view field, absl::string_view text, std::int64_t max_bytes) {
  if (static_cast<std::int64_t>(text.size()) <= max_bytes) return absl::OkStatus();
  return InvalidField(field,
                      absl::StrCat("must be at most ", max_bytes, " bytes; it has ", text.size()));
}

struct ValueCheck {
  absl::Status operator()(const std::string& text) const {
    TRIAD_RETURN_IF_ERROR(CheckSize(field, text, limits.max_value_bytes));
    if (text.find('\0') == std::string::npos) return absl::OkStatus();
    return InvalidField(field, "must not hold a NUL character");
  }
  absl::Status operator()(const Json& json) const {
    TRIAD_RETURN_IF_ERROR(CheckSize(field, json.text, limits.max_value_bytes));
    // The parser stops at NUL, and passes over a byte order mark that no reader of JSON
    // need accept (RFC 8259, section 8.1).
    if (json.text.find('\0') == std::string::npos && !absl::StartsWith(json.text, "\xEF\xBB\xBF") &&
        nlohmann::json::accept(json.text)) {
      return absl::OkStatus();
    }
    return InvalidField(field, "must be a JSON document");
  }
  absl::Status operator()(double number) const {
    if (std::isfinite(number)) return absl::OkStatus();
    return InvalidField(field, "must be finite");
  }
  absl::Status operator()(std::int64_t) const { return absl::OkStatus(); }
  absl::Status operator()(bool) const { return absl::OkStatus(); }

  absl::string_view field;
  const ValueLimits& limits;
};

}  // namespace

absl::Status CheckValue(absl::string_view field, const Value& value, const ValueLimits& limits) {
  return std::visit(ValueCheck{field, limits}, value);
}

absl::Status CheckDescription(absl::string_view field, absl::string_view description) {
  TRIAD_RETURN_IF_ERROR(CheckSize(field, description, kMaxDescriptionBytes));
  if (description.find('\0') == absl::string_view::npos) return absl::OkStatus();
  return InvalidField(field, "must not hold a NUL character");
}

}  // namespace triad::config
