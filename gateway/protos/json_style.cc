#include "gateway/protos/json_style.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace triad::gateway {
namespace {

constexpr JsonChoice kChoices[] = {
    {"default_values", &JsonStyle::print_defaults, "omit", "print",
     "in JSON answers: print or omit"},
    {"field_names", &JsonStyle::proto_names, "json", "proto",
     "in JSON answers: json (displayName) or proto (display_name)"},
    {"enum_values", &JsonStyle::enum_numbers, "name", "number", "in JSON answers: name or number"},
    {"int64_values", &JsonStyle::int64_numbers, "string", "number",
     "in JSON answers: string or number, which JavaScript rounds beyond 2^53"},
    {"json_layout", &JsonStyle::is_pretty, "compact", "pretty",
     "of JSON answers: compact or pretty, on several lines"},
};

}  // namespace

absl::Span<const JsonChoice> JsonChoices() { return kChoices; }

absl::StatusOr<bool> JsonStyleChanges::Add(absl::string_view name, absl::string_view value) {
  for (const JsonChoice& choice : kChoices) {
    if (!absl::EqualsIgnoreCase(name, choice.name)) continue;
    if (value != choice.off && value != choice.on) {
      return absl::InvalidArgumentError(
          absl::StrCat(choice.name, " must be ", choice.off, " or ", choice.on));
    }
    changes_.emplace_back(choice.member, value == choice.on);
    return true;
  }
  return false;
}

}  // namespace triad::gateway
