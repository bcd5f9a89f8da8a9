// Parameters and tests of recipes as JSON, which the database keeps as text.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/transform/model/saved_recipe.h"

namespace triad::transform {

std::string FormatParameters(const std::vector<Parameter>& parameters);
std::string FormatTests(const std::vector<RecipeTest>& tests);

// Read back what those wrote; anything else throws.
std::vector<Parameter> ParseParameters(absl::string_view text);
std::vector<RecipeTest> ParseTests(absl::string_view text);

}  // namespace triad::transform
