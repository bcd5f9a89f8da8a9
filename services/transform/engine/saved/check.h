// Whether a recipe can be saved.
#pragma once

#include "absl/status/status.h"
#include "services/transform/engine/cancelled.h"
#include "services/transform/engine/recipe/limits.h"
#include "services/transform/engine/running_bytes.h"
#include "services/transform/engine/saved/content.h"

namespace triad::transform {

// Reads the recipe, plans it with its parameters and runs its tests, which together may take
// max_time. INVALID_ARGUMENT, naming the field ("recipe.tests[1]" or "steps[2].arguments.key"),
// for what is wrong, also for a secret that stands in it: that has to be a parameter, which a call
// gives and nothing saves. DEADLINE_EXCEEDED, UNAVAILABLE, RESOURCE_EXHAUSTED with RetryInfo and
// CANCELLED as of RunRecipe.
absl::Status CheckSaved(const SavedContent& content, const Limits& limits, RunningBytes& memory,
                        Cancelled cancelled);

}  // namespace triad::transform
