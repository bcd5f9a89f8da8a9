// Secrets of recipes, which are on no command line.
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/table/parse.h"
#include "services/transform/engine/recipe/recipe.h"

namespace triad::cli {

// By the names that the recipe has them by.
using Secrets = std::map<std::string, std::string>;

// Those of --secret, which are asked for, and of --secret-file. Usage errors, which tell nothing
// of the values.
absl::StatusOr<Secrets> ReadSecrets(const FlagValues& flags);

// Puts each in the place of its ${NAME} in the arguments. A usage error if it stands nowhere, or
// beside another variable, or is not text where the argument takes text.
absl::Status FillSecrets(const Secrets& secrets, transform::Recipe& recipe);

}  // namespace triad::cli
