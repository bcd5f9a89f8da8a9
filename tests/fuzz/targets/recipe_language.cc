// The language of recipes.
#include <algorithm>

#include "runtime/base/utf8.h"
#include "services/transform/engine/recipe/language.h"
#include "services/transform/engine/recipe/plan.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using transform::Recipe;

const Registration kTarget("recipe_language", [](absl::string_view text) {
  absl::StatusOr<Recipe> recipe = transform::ParseRecipe(text);
  if (!recipe.ok()) {
    Require(IsValidUtf8(recipe.status().message()), "an error is text", recipe.status().message());
    return;
  }
  std::string written = transform::FormatRecipe(*recipe);
  absl::StatusOr<Recipe> again = transform::ParseRecipe(written);
  Require(again.ok(), "what is written can be read", written);
  Require(*again == *recipe, "what is written reads as the same recipe", written);
  RequireEqual(transform::FormatRecipe(*again), written, "a recipe is written alike twice");
  auto plan = transform::Plan(*recipe, 64);
  Require(plan.ok() || IsValidUtf8(plan.status().message()), "an error is text",
          plan.status().message());
});

}  // namespace
}  // namespace triad::fuzz
