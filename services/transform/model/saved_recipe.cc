#include "services/transform/model/saved_recipe.h"

namespace triad::transform {

void RecipeChanges::Apply(RecipeVersion& version) const {
  if (title.has_value()) version.title = *title;
  if (description.has_value()) version.description = *description;
  if (tags.has_value()) version.tags = *tags;
  if (text.has_value()) version.content.text = *text;
  if (parameters.has_value()) version.content.parameters = *parameters;
  if (tests.has_value()) version.content.tests = *tests;
}

}  // namespace triad::transform
