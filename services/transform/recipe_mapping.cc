#include "services/transform/recipe_mapping.h"

#include "runtime/base/status.h"
#include "services/transform/engine/recipe/language.h"

namespace triad::transform {

absl::StatusOr<Recipe> RecipeFromProto(const std::string& text,
                                       const google::protobuf::RepeatedPtrField<v1::Step>& steps) {
  if (text.empty()) {
    Recipe recipe;
    for (const v1::Step& step : steps) {
      recipe.push_back({.operation = step.operation(),
                        .arguments = {step.arguments().begin(), step.arguments().end()},
                        .as = step.as(),
                        .comment = step.comment(),
                        .disabled = step.disabled()});
    }
    return recipe;
  }
  if (!steps.empty()) return InvalidField("recipe", "must be empty where there are steps");
  absl::StatusOr<Recipe> recipe = ParseRecipe(text);
  if (!recipe.ok()) return InvalidField("recipe", recipe.status().message());
  return recipe;
}

v1::Step ToProto(const Step& step) {
  v1::Step message;
  message.set_operation(step.operation);
  message.mutable_arguments()->insert(step.arguments.begin(), step.arguments.end());
  message.set_as(step.as);
  message.set_comment(step.comment);
  message.set_disabled(step.disabled);
  return message;
}

}  // namespace triad::transform
