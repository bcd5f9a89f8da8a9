#include "services/transform/operations_handler.h"

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/rpc/paging.h"
#include "services/transform/engine/catalogue.h"
#include "services/transform/engine/recipe/language.h"
#include "services/transform/parameter_mapping.h"

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

v1::Operation ToProto(const Operation& operation) {
  v1::Operation described;
  described.set_id(operation.id);
  described.set_family(operation.family);
  described.set_description(operation.summary);
  for (const Parameter& parameter : operation.parameters) {
    *described.add_parameters() = transform::ToProto(parameter);
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

}  // namespace

absl::StatusOr<v1::ListOperationsResponse> OperationsHandler::List(
    rpc::Call&, const v1::ListOperationsRequest& request) const {
  TRIAD_ASSIGN_OR_RETURN(std::int32_t page_size, rpc::PageSize(request.page_size()));
  TRIAD_ASSIGN_OR_RETURN(std::string place, rpc::ParsePageToken({}, request.page_token()));
  // The token of a page is how many operations stand before it.
  std::size_t begin = 0;
  const auto& all = AllOperations();
  if (!place.empty() && (!absl::SimpleAtoi(place, &begin) || begin > all.size())) {
    return InvalidField("page_token", "must be next_page_token of an answer of this list");
  }
  std::size_t end = std::min(all.size(), begin + static_cast<std::size_t>(page_size));
  v1::ListOperationsResponse response;
  for (std::size_t i = begin; i < end; ++i) *response.add_operations() = ToProto(*all[i]);
  if (end < all.size()) response.set_next_page_token(rpc::MakePageToken({}, absl::StrCat(end)));
  return response;
}

}  // namespace triad::transform
