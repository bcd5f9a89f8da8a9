// A recipe whose steps are known to be runnable.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/operation.h"
#include "services/transform/engine/recipe/recipe.h"
#include "services/transform/engine/recipe/variables.h"

namespace triad::transform {

// What lists the operations, as an error for one that there is not says it. Other programs than a
// service say how they do.
inline constexpr absl::string_view kListOfOperations = "/api/v1/operations";

// "steps[2]": how errors name a step.
std::string FieldOf(std::size_t step);
std::string FieldOf(std::size_t step, absl::string_view parameter);

struct PlannedStep {
  std::size_t index = 0;  // in the recipe
  const Operation* operation = nullptr;
  // All but those in `open`.
  Arguments arguments;
  // What has variables in it, which have values only when the step runs.
  std::vector<std::pair<const Parameter*, Template>> open;
  std::string as;
};

// Those steps that are not disabled; they are checked too. What `given` has values for is filled
// in. INVALID_ARGUMENT, naming the field ("steps[2].operation"), for a step that cannot run.
absl::StatusOr<std::vector<PlannedStep>> Plan(const Recipe& recipe, std::size_t max_steps,
                                              const Given& given = {});

// Whether a step that is not disabled keeps its output by a name.
bool KeepsOutputs(const Recipe& recipe);

// The arguments of `step` with all variables filled in. BadArgument if what came of them does not
// fit its parameter.
absl::StatusOr<Arguments> FillArguments(const PlannedStep& step, const Variables& variables);

// What an operation said of its input or arguments, as an error that names the step, or its
// argument.
absl::Status NamedStatus(const absl::Status& status, const PlannedStep& step);

}  // namespace triad::transform
