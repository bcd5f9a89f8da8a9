#include "services/transform/engine/recipe/pipe.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad::transform {

absl::StatusOr<std::unique_ptr<Pipe>> Pipe::Make(const Recipe& recipe, const Limits& limits,
                                                 RunningBytes& memory,
                                                 std::function<bool()> cancelled, Output::Sink sink,
                                                 Variables given) {
  TRIAD_ASSIGN_OR_RETURN(std::vector<PlannedStep> plan,
                         Plan(recipe, limits.max_steps, {.values = std::move(given)}));
  for (const PlannedStep& step : plan) {
    if (step.as.empty()) continue;
    return InvalidField(absl::StrCat(FieldOf(step.index), ".as"),
                        "must be empty in a stream, where no output is ever whole");
  }
  std::unique_ptr<Pipe> pipe(new Pipe(limits, std::move(cancelled)));
  TRIAD_RETURN_IF_ERROR(pipe->Begin(std::move(plan), memory, std::move(sink)));
  return pipe;
}

absl::Status Pipe::Begin(std::vector<PlannedStep> plan, RunningBytes& memory, Output::Sink sink) {
  stages_.reserve(plan.size());
  for (std::size_t i = 0; i < plan.size(); ++i) {
    Output::Sink next = [this, i](absl::string_view piece) { return TakeAt(i + 1, piece); };
    if (i + 1 == plan.size()) next = std::move(sink);
    stages_.push_back({.step = std::move(plan[i]), .output = nullptr, .worker = nullptr});
    Stage& stage = stages_.back();
    OutputLimits limits = {.max_ratio = limits_.max_ratio, .apart = limits_.apart};
    stage.output = std::make_unique<Output>(limits, memory, cancelled_, std::move(next));
    absl::StatusOr<std::unique_ptr<Worker>> worker =
        Worker::Start(*stage.step.operation, stage.step.arguments, *stage.output);
    if (!worker.ok()) return Failed(i, worker.status());
    stage.worker = *std::move(worker);
  }
  return absl::OkStatus();
}

absl::Status Pipe::Failed(std::size_t stage, const absl::Status& status) {
  if (failure_.ok()) failure_ = NamedStatus(status, stages_[stage].step);
  return failure_;
}

absl::Status Pipe::TakeAt(std::size_t stage, absl::string_view piece) {
  Stage& at = stages_[stage];
  if (!at.step.operation->streams()) {
    at.held += piece.size();
    if (at.held > static_cast<std::size_t>(limits_.max_input_bytes)) {
      return Failed(stage, absl::ResourceExhaustedError(absl::StrCat(
                               "it takes its input as a whole, which is over ",
                               limits_.max_input_bytes, " bytes (--max_input_bytes)")));
    }
  }
  absl::Status status = at.worker->Take(piece);
  return status.ok() ? status : Failed(stage, status);
}

absl::Status Pipe::FlushFrom(std::size_t stage) {
  for (; stage < stages_.size(); ++stage) {
    absl::Status status = stages_[stage].output->Flush();
    if (!status.ok()) return Failed(stage, status);
  }
  return absl::OkStatus();
}

absl::Status Pipe::Take(absl::string_view piece) {
  TRIAD_RETURN_IF_ERROR(failure_);
  TRIAD_RETURN_IF_ERROR(TakeAt(0, piece));
  return FlushFrom(0);
}

absl::Status Pipe::Finish() {
  TRIAD_RETURN_IF_ERROR(failure_);
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    absl::Status status = stages_[i].worker->Finish();
    if (!status.ok()) return Failed(i, status);
    TRIAD_RETURN_IF_ERROR(FlushFrom(i));
  }
  return absl::OkStatus();
}

}  // namespace triad::transform
