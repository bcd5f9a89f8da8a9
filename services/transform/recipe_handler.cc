#include "services/transform/recipe_handler.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "services/transform/engine/problem.h"
#include "services/transform/engine/recipe/invert.h"
#include "services/transform/engine/recipe/language.h"
#include "services/transform/engine/recipe/plan.h"
#include "services/transform/engine/recipe/run.h"
#include "services/transform/recipe_mapping.h"

namespace triad::transform {
namespace {

// `Message` has an output as text or as data.
template <typename Message>
void SetOutput(std::string output, Message& message) {
  if (IsValidUtf8(output)) {
    message.set_text(std::move(output));
  } else {
    message.set_data(std::move(output));
  }
}

absl::StatusOr<RunOptions> OptionsOf(const v1::TransformRequest& request, const Limits& limits) {
  RunOptions options = {.limits = limits};
  for (std::int32_t step : request.peek()) {
    if (step < 0) return InvalidField("peek", "must be steps, counted from 0");
    options.peek.insert(static_cast<std::size_t>(step));
  }
  if (!options.peek.empty() && !request.trace()) {
    return InvalidField("peek", "needs trace to be true");
  }
  return options;
}

v1::StepReport ToProto(StepReport report) {
  v1::StepReport message;
  message.set_step(static_cast<std::int32_t>(report.index));
  message.set_input_bytes(report.input_bytes);
  message.set_output_bytes(report.output_bytes);
  std::int64_t nanos = absl::ToInt64Nanoseconds(report.elapsed);
  message.mutable_elapsed()->set_seconds(nanos / 1'000'000'000);
  message.mutable_elapsed()->set_nanos(static_cast<std::int32_t>(nanos % 1'000'000'000));
  if (report.output) SetOutput(*std::move(report.output), message);
  return message;
}

v1::StepFailure ToProto(const StepFailure& failure) {
  v1::StepFailure message;
  message.set_step(static_cast<std::int32_t>(failure.index));
  message.set_code(static_cast<std::int32_t>(failure.status.code()));
  message.set_message(std::string(failure.status.message()));
  if (failure.byte) message.set_byte(static_cast<std::int64_t>(*failure.byte));
  return message;
}

}  // namespace

absl::StatusOr<v1::TransformResponse> RecipeHandler::Transform(
    rpc::Call& call, const v1::TransformRequest& request) const {
  TRIAD_ASSIGN_OR_RETURN(Recipe recipe, RecipeFromProto(request.recipe(), request.steps()));
  TRIAD_ASSIGN_OR_RETURN(RunOptions options, OptionsOf(request, limits_));
  const std::string& input = request.has_data() ? request.data() : request.text();
  TRIAD_ASSIGN_OR_RETURN(RunResult result, RunRecipe(input, recipe, options, running_,
                                                     [&call] { return call.cancelled(); }));
  bool fails = result.failure && (!request.trace() || absl::IsCancelled(result.failure->status) ||
                                  MayBeRetried(result.failure->status));
  if (fails) return StatusOf(*result.failure);
  v1::TransformResponse response;
  SetOutput(std::move(result.output), response);
  if (!request.trace()) return response;
  v1::Trace& trace = *response.mutable_trace();
  for (StepReport& report : result.steps) *trace.add_steps() = ToProto(std::move(report));
  if (result.failure) *trace.mutable_failure() = ToProto(*result.failure);
  return response;
}

absl::StatusOr<v1::ParseRecipeResponse> RecipeHandler::Parse(
    rpc::Call&, const v1::ParseRecipeRequest& request) const {
  TRIAD_ASSIGN_OR_RETURN(Recipe recipe, RecipeFromProto(request.recipe(), request.steps()));
  TRIAD_RETURN_IF_ERROR(Plan(recipe, limits_.max_steps).status());
  if (request.invert()) {
    TRIAD_ASSIGN_OR_RETURN(recipe, InvertRecipe(recipe));
  }
  v1::ParseRecipeResponse response;
  response.set_recipe(FormatRecipe(recipe));
  for (const Step& step : recipe) *response.add_steps() = transform::ToProto(step);
  return response;
}

}  // namespace triad::transform
