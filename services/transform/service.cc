#include "services/transform/service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/transform/catalogue.h"
#include "services/transform/text/mirror.h"
#include "services/transform/text/unicode.h"

namespace triad::transform {
namespace {

using rpc::Call;
using rpc::Run;

// A word of this size is mirrored in microseconds, whatever is in it.
constexpr std::size_t kInlineBytes = 512;

v1::Parameter Describe(const Parameter& parameter) {
  v1::Parameter described;
  described.set_name(parameter.name);
  described.set_description(parameter.description);
  described.set_default_value(parameter.default_value);
  for (const std::string& choice : parameter.choices) described.add_choices(choice);
  return described;
}

v1::Operation Describe(const Operation& operation) {
  v1::Operation described;
  described.set_id(operation.id);
  described.set_family(operation.family);
  described.set_description(operation.description);
  for (const Parameter& parameter : operation.parameters) {
    *described.add_parameters() = Describe(parameter);
  }
  for (const Example& example : operation.examples) {
    v1::Operation::Example& shown = *described.add_examples();
    shown.set_input(example.input);
    shown.set_output(example.output);
    shown.mutable_arguments()->insert(example.arguments.begin(), example.arguments.end());
  }
  return described;
}

absl::StatusOr<v1::ListOperationsResponse> DescribeAll() {
  v1::ListOperationsResponse response;
  for (const Operation& operation : AllOperations()) {
    *response.add_operations() = Describe(operation);
  }
  return response;
}

std::vector<Step> StepsOf(const v1::TransformRequest& request) {
  std::vector<Step> steps;
  for (const v1::Step& step : request.steps()) {
    steps.push_back({step.operation(), {step.arguments().begin(), step.arguments().end()}});
  }
  return steps;
}

const std::string& InputOf(const v1::TransformRequest& request) {
  return request.has_data() ? request.data() : request.text();
}

}  // namespace

Handlers::Handlers(rpc::Admission& admission, const Limits& limits)
    : limits_(limits), rpc_(admission, v1::TransformService::service_full_name()) {}

grpc::ServerUnaryReactor* Handlers::Mirror(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* request,
                                           grpc::ByteBuffer* response) {
  const Run run = request->Length() <= kInlineBytes ? Run::kInline : Run::kExecutor;
  return rpc_.Unary<v1::MirrorRequest, v1::MirrorResponse>(
      context, "Mirror", request, response, run,
      [this](Call&, const v1::MirrorRequest& r) { return MirrorWord(r); });
}

grpc::ServerUnaryReactor* Handlers::Transform(grpc::CallbackServerContext* context,
                                              const grpc::ByteBuffer* request,
                                              grpc::ByteBuffer* response) {
  return rpc_.Unary<v1::TransformRequest, v1::TransformResponse>(
      context, "Transform", request, response, Run::kExecutor,
      [this](Call& call, const v1::TransformRequest& r) { return RunSteps(call, r); });
}

grpc::ServerUnaryReactor* Handlers::ListOperations(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* request,
                                                   grpc::ByteBuffer* response) {
  return rpc_.Unary<v1::ListOperationsRequest, v1::ListOperationsResponse>(
      context, "ListOperations", request, response, Run::kInline,
      [](Call&, const v1::ListOperationsRequest&) { return DescribeAll(); });
}

absl::StatusOr<v1::MirrorResponse> Handlers::MirrorWord(const v1::MirrorRequest& request) const {
  if (!request.has_word()) return InvalidField("word", "is required; it may be empty");
  if (request.word().size() > limits_.max_input_bytes) {
    return InvalidField("word",
                        absl::StrCat("must be at most ", limits_.max_input_bytes, " bytes"));
  }
  v1::MirrorResponse response;
  response.set_transformed(transform::Mirror(request.word()));
  return response;
}

absl::StatusOr<v1::TransformResponse> Handlers::RunSteps(
    Call& call, const v1::TransformRequest& request) const {
  TRIAD_ASSIGN_OR_RETURN(std::string output,
                         RunPipeline(InputOf(request), StepsOf(request), limits_,
                                     [&call] { return call.cancelled(); }));
  v1::TransformResponse response;
  if (IsValidUtf8(output)) {
    response.set_text(std::move(output));
  } else {
    response.set_data(std::move(output));
  }
  return response;
}

}  // namespace triad::transform
