// Recipes backwards.
#pragma once

#include "absl/status/statusor.h"
#include "services/transform/engine/recipe/recipe.h"

namespace triad::transform {

// What turns the output of `recipe` into its input again: the inverse of each step, the last first,
// with those of its arguments that the inverse takes too. Steps that are disabled are left out.
// `recipe` can be planned. FAILED_PRECONDITION, naming the step, if one has no inverse, keeps its
// output, or uses what another keeps.
absl::StatusOr<Recipe> InvertRecipe(const Recipe& recipe);

}  // namespace triad::transform
