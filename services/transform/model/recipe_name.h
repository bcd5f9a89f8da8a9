// Names of recipes: recipes/{recipe}.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::transform {

// 1 to 63 of `[a-z0-9-]`, a letter first. INVALID_ARGUMENT, naming the field, for another.
absl::Status CheckRecipeId(absl::string_view field, absl::string_view id);

std::string FormatRecipeName(absl::string_view id);
// The id. INVALID_ARGUMENT, naming the field, if it is no name.
absl::StatusOr<std::string> ParseRecipeName(absl::string_view field, absl::string_view name);

}  // namespace triad::transform
