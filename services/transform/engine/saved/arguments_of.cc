#include "services/transform/engine/saved/arguments_of.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/transform/engine/arguments.h"
#include "services/transform/engine/saved/content.h"

namespace triad::transform {
namespace {

bool IsParameterName(absl::string_view name) {
  return IsVariableName(name) && absl::ascii_islower(static_cast<unsigned char>(name[0])) &&
         std::none_of(name.begin(), name.end(), absl::ascii_isupper);
}

absl::StatusOr<std::string> VariableOf(const Parameter& parameter, absl::string_view text) {
  TRIAD_ASSIGN_OR_RETURN(ArgumentValue value, ParseArgument(parameter, text));
  if (auto* bytes = std::get_if<std::string>(&value)) return std::move(*bytes);
  if (auto* number = std::get_if<std::int64_t>(&value)) return absl::StrCat(*number);
  return std::string(std::get<bool>(value) ? "true" : "false");
}

absl::Status CheckSizes(const std::string& field, const Parameter& parameter) {
  auto check = [&](absl::string_view name, const std::string& text) {
    if (text.size() <= kMaxParameterTextBytes) return absl::OkStatus();
    return InvalidField(absl::StrCat(field, ".", name),
                        absl::StrCat("must be at most ", kMaxParameterTextBytes, " bytes"));
  };
  TRIAD_RETURN_IF_ERROR(check("description", parameter.summary));
  TRIAD_RETURN_IF_ERROR(check("default_value", parameter.default_value));
  TRIAD_RETURN_IF_ERROR(check("unit", parameter.unit));
  for (const std::string& choice : parameter.choices) {
    TRIAD_RETURN_IF_ERROR(check("choices", choice));
  }
  return absl::OkStatus();
}

std::size_t SizeOf(const Parameter& parameter) {
  std::size_t bytes = parameter.name.size() + parameter.summary.size() +
                      parameter.default_value.size() + parameter.unit.size();
  for (const std::string& choice : parameter.choices) bytes += choice.size();
  return bytes;
}

absl::Status CheckKind(const std::string& field, const Parameter& parameter) {
  bool choice = parameter.kind == Kind::kChoice;
  if (choice == parameter.choices.empty() || parameter.choices.size() > kMaxChoices) {
    return InvalidField(
        absl::StrCat(field, ".choices"),
        choice ? absl::StrCat("must be 1 to ", kMaxChoices, " values") : "are for KIND_CHOICE");
  }
  if (parameter.kind == Kind::kInteger && parameter.min > parameter.max) {
    return InvalidField(absl::StrCat(field, ".min"), "must be at most max");
  }
  return absl::OkStatus();
}

absl::Status CheckDefault(const std::string& field, const Parameter& parameter) {
  std::string default_field = absl::StrCat(field, ".default_value");
  if (parameter.kind == Kind::kSecret && !parameter.required) {
    return InvalidField(absl::StrCat(field, ".required"),
                        "must be true for a secret, which is never saved");
  }
  if (parameter.required) {
    if (parameter.default_value.empty()) return absl::OkStatus();
    return InvalidField(default_field, parameter.kind == Kind::kSecret
                                           ? "must be empty, as a secret is never saved"
                                           : "must be empty where the parameter is required");
  }
  absl::Status parsed = VariableOf(parameter, parameter.default_value).status();
  return parsed.ok() ? parsed : InvalidField(default_field, parsed.message());
}

absl::Status CheckParameter(const std::string& field, const Parameter& parameter) {
  if (!IsParameterName(parameter.name)) {
    return InvalidField(absl::StrCat(field, ".name"),
                        "must be a letter, then at most 63 letters, digits and '_', in lower case");
  }
  TRIAD_RETURN_IF_ERROR(CheckSizes(field, parameter));
  TRIAD_RETURN_IF_ERROR(CheckKind(field, parameter));
  return CheckDefault(field, parameter);
}

const Parameter* Find(const std::vector<Parameter>& parameters, absl::string_view name) {
  auto found = std::find_if(parameters.begin(), parameters.end(),
                            [&](const Parameter& parameter) { return parameter.name == name; });
  return found == parameters.end() ? nullptr : &*found;
}

}  // namespace

absl::Status CheckParameters(absl::string_view field, const std::vector<Parameter>& parameters) {
  if (parameters.size() > kMaxParameters) {
    return InvalidField(field, absl::StrCat("must be at most ", kMaxParameters, " parameters"));
  }
  std::size_t bytes = 0;
  for (const Parameter& parameter : parameters) bytes += SizeOf(parameter);
  if (bytes > kMaxParameterBytes) {
    return InvalidField(
        field, absl::StrCat("must have at most ", kMaxParameterBytes, " bytes of text together"));
  }
  std::set<absl::string_view> names;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    std::string place = absl::StrCat(field, "[", i, "]");
    TRIAD_RETURN_IF_ERROR(CheckParameter(place, parameters[i]));
    if (names.insert(parameters[i].name).second) continue;
    return InvalidField(absl::StrCat(place, ".name"), "must be of one parameter only");
  }
  return absl::OkStatus();
}

absl::StatusOr<Variables> VariablesOf(absl::string_view field,
                                      const std::vector<Parameter>& parameters,
                                      const std::map<std::string, std::string>& arguments) {
  for (const auto& [name, text] : arguments) {
    if (Find(parameters, name) != nullptr) continue;
    return InvalidField(field, absl::StrCat("the recipe takes no argument '", name, "'"));
  }
  Variables variables;
  for (const Parameter& parameter : parameters) {
    std::string place = absl::StrCat(field, ".", parameter.name);
    auto given = arguments.find(parameter.name);
    if (given == arguments.end() && parameter.required) return InvalidField(place, "is required");
    absl::StatusOr<std::string> value =
        VariableOf(parameter, given == arguments.end() ? parameter.default_value : given->second);
    if (!value.ok()) return InvalidField(place, value.status().message());
    variables.emplace(parameter.name, *std::move(value));
  }
  return variables;
}

absl::StatusOr<Given> DefaultsOf(const std::vector<Parameter>& parameters) {
  Given given;
  std::vector<Parameter> known;
  for (const Parameter& parameter : parameters) {
    if (parameter.required) {
      given.later.insert(parameter.name);
    } else {
      known.push_back(parameter);
    }
  }
  TRIAD_ASSIGN_OR_RETURN(given.values, VariablesOf("parameters", known, {}));
  return given;
}

}  // namespace triad::transform
