#include "services/transform/operations_handler.h"

#include <string>

#include "services/transform/catalogue.h"

namespace triad::transform {
namespace {

v1::Parameter ToProto(const Parameter& parameter) {
  v1::Parameter described;
  described.set_name(parameter.name);
  described.set_description(parameter.description);
  described.set_default_value(parameter.default_value);
  for (const std::string& choice : parameter.choices) described.add_choices(choice);
  return described;
}

v1::Operation ToProto(const Operation& operation) {
  v1::Operation described;
  described.set_id(operation.id);
  described.set_family(operation.family);
  described.set_description(operation.description);
  for (const Parameter& parameter : operation.parameters) {
    *described.add_parameters() = ToProto(parameter);
  }
  for (const Example& example : operation.examples) {
    v1::Operation::Example& shown = *described.add_examples();
    shown.set_input(example.input);
    shown.set_output(example.output);
    shown.mutable_arguments()->insert(example.arguments.begin(), example.arguments.end());
  }
  return described;
}

}  // namespace

absl::StatusOr<v1::ListOperationsResponse> OperationsHandler::List(
    rpc::Call&, const v1::ListOperationsRequest&) const {
  v1::ListOperationsResponse response;
  for (const Operation& operation : AllOperations()) {
    *response.add_operations() = ToProto(operation);
  }
  return response;
}

}  // namespace triad::transform
