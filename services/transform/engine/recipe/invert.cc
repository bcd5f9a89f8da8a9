#include "services/transform/engine/recipe/invert.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/transform/engine/catalogue.h"
#include "services/transform/engine/recipe/plan.h"

namespace triad::transform {
namespace {

absl::StatusOr<Step> InvertStep(const Step& step, const PlannedStep& planned) {
  const Operation& operation = *planned.operation;
  if (operation.inverse.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(FieldOf(planned.index), ": ", operation.id, " has no inverse"));
  }
  if (!planned.as.empty() || !planned.open.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(FieldOf(planned.index), ": a step with a variable has no inverse"));
  }
  const Operation& inverse = *FindOperation(operation.inverse);
  Step inverted = {.operation = inverse.id, .comment = step.comment};
  for (const Parameter& parameter : inverse.parameters) {
    auto given = step.arguments.find(parameter.name);
    if (given != step.arguments.end()) inverted.arguments.insert(*given);
  }
  return inverted;
}

}  // namespace

absl::StatusOr<Recipe> InvertRecipe(const Recipe& recipe) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<PlannedStep> plan, Plan(recipe, recipe.size()));
  Recipe inverted;
  for (const PlannedStep& planned : plan) {
    TRIAD_ASSIGN_OR_RETURN(Step step, InvertStep(recipe[planned.index], planned));
    inverted.push_back(std::move(step));
  }
  std::reverse(inverted.begin(), inverted.end());
  return inverted;
}

}  // namespace triad::transform
