#include "services/transform/pipeline_handler.h"

#include <string>
#include <utility>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/base/utf8.h"

namespace triad::transform {
namespace {

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

absl::StatusOr<v1::TransformResponse> PipelineHandler::Transform(
    rpc::Call& call, const v1::TransformRequest& request) const {
  const std::string& input = InputOf(request);
  std::vector<Step> steps = StepsOf(request);
  RunningBytes::Hold hold(
      running_, PeakBytes(static_cast<std::int64_t>(input.size()), steps.size(), limits_));
  TRIAD_RETURN_IF_ERROR(hold.status());
  TRIAD_ASSIGN_OR_RETURN(std::string output,
                         RunPipeline(input, steps, limits_, [&call] { return call.cancelled(); }));
  v1::TransformResponse response;
  if (IsValidUtf8(output)) {
    response.set_text(std::move(output));
  } else {
    response.set_data(std::move(output));
  }
  return response;
}

}  // namespace triad::transform
