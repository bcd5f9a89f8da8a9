// The parameters of a saved recipe, and the arguments that a call gives for them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/parameter.h"
#include "services/transform/engine/recipe/variables.h"

namespace triad::transform {

// INVALID_ARGUMENT, naming the field below `field` ("recipe.parameters"), for parameters that a
// recipe cannot have. A secret has no default, as that would be saved.
absl::Status CheckParameters(absl::string_view field, const std::vector<Parameter>& parameters);

// The variables that `arguments` and defaults make. INVALID_ARGUMENT, naming the argument below
// `field` ("arguments"), for one that is no value of its parameter, is missing, or is of none.
// No error holds the text of an argument.
absl::StatusOr<Variables> VariablesOf(absl::string_view field,
                                      const std::vector<Parameter>& parameters,
                                      const std::map<std::string, std::string>& arguments);

// The same without arguments: what is required has its value later.
absl::StatusOr<Given> DefaultsOf(const std::vector<Parameter>& parameters);

}  // namespace triad::transform
