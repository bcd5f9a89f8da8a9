#include "services/transform/mapping/operation_mapping.h"

#include <string>

#include "services/transform/engine/recipe/language.h"
#include "services/transform/mapping/parameter_mapping.h"

namespace triad::transform {
namespace {

v1::Operation::Data ToProto(Data data) {
  return data == Data::kText ? v1::Operation::DATA_TEXT : v1::Operation::DATA_BYTES;
}

v1::Operation::Cost ToProto(Cost cost) {
  switch (cost) {
    case Cost::kLight:
      return v1::Operation::COST_LIGHT;
    case Cost::kMedium:
      return v1::Operation::COST_MEDIUM;
    case Cost::kHeavy:
      return v1::Operation::COST_HEAVY;
  }
  return v1::Operation::COST_UNSPECIFIED;
}

v1::Operation::Example ToProto(const Example& example, const std::string& id) {
  v1::Operation::Example shown;
  shown.set_input(example.input);
  shown.set_recipe(example.recipe);
  shown.set_output(example.output);
  absl::StatusOr<Recipe> recipe = ParseRecipe(example.recipe);
  if (recipe.ok() && recipe->size() == 1 && recipe->front().operation == id) {
    const auto& arguments = recipe->front().arguments;
    shown.mutable_arguments()->insert(arguments.begin(), arguments.end());
  }
  return shown;
}

}  // namespace

v1::Operation ToProto(const Operation& operation) {
  v1::Operation described;
  described.set_id(operation.id);
  described.set_family(operation.family);
  described.set_description(operation.summary);
  for (const Parameter& parameter : operation.parameters) {
    *described.add_parameters() = ToProto(parameter);
  }
  for (const Example& example : operation.examples) {
    *described.add_examples() = ToProto(example, operation.id);
  }
  described.set_name(operation.name);
  for (const std::string& alias : operation.aliases) described.add_aliases(alias);
  described.set_takes(ToProto(operation.takes));
  described.set_gives(ToProto(operation.gives));
  described.set_cost(ToProto(operation.cost));
  described.set_streams(operation.streams());
  described.set_inverse(operation.inverse);
  return described;
}

}  // namespace triad::transform
