#include "cli/transform/operations.h"

#include "cli/transform/call.h"
#include "runtime/base/status.h"
#include "services/transform/engine/catalogue.h"
#include "services/transform/engine/recipe/language.h"

namespace triad::cli {
namespace {

namespace v1 = transform::v1;
using transform::Cost;
using transform::Data;
using transform::Kind;

struct KindRow {
  Kind kind;
  v1::Parameter::Kind listed;
};

constexpr KindRow kKinds[] = {
    {Kind::kText, v1::Parameter::KIND_TEXT},       {Kind::kBytes, v1::Parameter::KIND_BYTES},
    {Kind::kInteger, v1::Parameter::KIND_INTEGER}, {Kind::kFlag, v1::Parameter::KIND_FLAG},
    {Kind::kChoice, v1::Parameter::KIND_CHOICE},   {Kind::kSecret, v1::Parameter::KIND_SECRET},
};

v1::Operation::Data Listed(Data data) {
  return data == Data::kText ? v1::Operation::DATA_TEXT : v1::Operation::DATA_BYTES;
}

v1::Operation::Cost Listed(Cost cost) {
  if (cost == Cost::kHeavy) return v1::Operation::COST_HEAVY;
  return cost == Cost::kMedium ? v1::Operation::COST_MEDIUM : v1::Operation::COST_LIGHT;
}

v1::Parameter Listed(const transform::Parameter& parameter) {
  v1::Parameter listed;
  listed.set_name(parameter.name);
  listed.set_description(parameter.summary);
  listed.set_default_value(parameter.default_value);
  for (const std::string& choice : parameter.choices) listed.add_choices(choice);
  for (const KindRow& row : kKinds) {
    if (row.kind == parameter.kind) listed.set_kind(row.listed);
  }
  listed.set_required(parameter.required);
  listed.set_unit(parameter.unit);
  if (parameter.kind != Kind::kInteger) return listed;
  listed.set_min(parameter.min);
  listed.set_max(parameter.max);
  return listed;
}

v1::Operation::Example Listed(const transform::Example& example, const std::string& id) {
  v1::Operation::Example listed;
  listed.set_input(example.input);
  listed.set_output(example.output);
  listed.set_recipe(example.recipe);
  absl::StatusOr<transform::Recipe> recipe = transform::ParseRecipe(example.recipe);
  if (!recipe.ok() || recipe->size() != 1 || recipe->front().operation != id) return listed;
  const auto& arguments = recipe->front().arguments;
  listed.mutable_arguments()->insert(arguments.begin(), arguments.end());
  return listed;
}

// As the service lists it, which a test holds it to.
v1::Operation Listed(const transform::Operation& operation) {
  v1::Operation listed;
  listed.set_id(operation.id);
  listed.set_name(operation.name);
  listed.set_family(operation.family);
  listed.set_description(operation.summary);
  listed.set_inverse(operation.inverse);
  listed.set_takes(Listed(operation.takes));
  listed.set_gives(Listed(operation.gives));
  listed.set_cost(Listed(operation.cost));
  listed.set_streams(operation.streams());
  for (const std::string& alias : operation.aliases) listed.add_aliases(alias);
  for (const auto& parameter : operation.parameters) *listed.add_parameters() = Listed(parameter);
  for (const auto& one : operation.examples) *listed.add_examples() = Listed(one, operation.id);
  return listed;
}

}  // namespace

absl::StatusOr<std::vector<v1::Operation>> ListedOperations(Session& session) {
  std::vector<v1::Operation> all;
  if (session.flags().Has("local")) {
    for (const transform::Operation* one : transform::AllOperations()) all.push_back(Listed(*one));
    return all;
  }
  TRIAD_ASSIGN_OR_RETURN(Client * client, session.client());
  v1::ListOperationsRequest request;
  request.set_page_size(kMaxPageSize);
  TRIAD_RETURN_IF_ERROR(ForEachPage<v1::ListOperationsResponse>(
      *client, TransformMethod("ListOperations"), request,
      [&](const v1::ListOperationsResponse& page) {
        all.insert(all.end(), page.operations().begin(), page.operations().end());
        return true;
      }));
  return all;
}

}  // namespace triad::cli
