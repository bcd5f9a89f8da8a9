#include "services/transform/mapping/parameter_mapping.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::transform {
namespace {

// In order of Kind.
constexpr v1::Parameter::Kind kKinds[] = {v1::Parameter::KIND_TEXT,    v1::Parameter::KIND_BYTES,
                                          v1::Parameter::KIND_INTEGER, v1::Parameter::KIND_FLAG,
                                          v1::Parameter::KIND_CHOICE,  v1::Parameter::KIND_SECRET};

}  // namespace

v1::Parameter ToProto(const Parameter& parameter) {
  v1::Parameter message;
  message.set_name(parameter.name);
  message.set_description(parameter.summary);
  message.set_default_value(parameter.default_value);
  for (const std::string& choice : parameter.choices) message.add_choices(choice);
  message.set_kind(kKinds[static_cast<int>(parameter.kind)]);
  message.set_required(parameter.required);
  if (parameter.kind == Kind::kInteger) {
    message.set_min(parameter.min);
    message.set_max(parameter.max);
  }
  message.set_unit(parameter.unit);
  return message;
}

absl::StatusOr<Parameter> ParameterFromProto(absl::string_view field,
                                             const v1::Parameter& message) {
  using Bounds = std::numeric_limits<std::int64_t>;
  Parameter parameter = {.name = message.name(),
                         .summary = message.description(),
                         .default_value = message.default_value(),
                         .required = message.required(),
                         .choices = {message.choices().begin(), message.choices().end()},
                         .min = message.has_min() ? message.min() : Bounds::min(),
                         .max = message.has_max() ? message.max() : Bounds::max(),
                         .unit = message.unit()};
  if (message.kind() == v1::Parameter::KIND_UNSPECIFIED) return parameter;
  auto found = std::find(std::begin(kKinds), std::end(kKinds), message.kind());
  if (found == std::end(kKinds)) {
    return InvalidField(absl::StrCat(field, ".kind"), "must be one of the kinds that there are");
  }
  parameter.kind = static_cast<Kind>(found - std::begin(kKinds));
  return parameter;
}

}  // namespace triad::transform
