#include "services/transform/engine/recipe/run.h"

#include <functional>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/status.h"
#include "services/transform/engine/recipe/plan.h"
#include "services/transform/engine/worker.h"

namespace triad::transform {
namespace {

class Runner {
 public:
  Runner(const RunOptions& options, RunningBytes& memory, Cancelled cancelled)
      : options_(options), memory_(memory), cancelled_(cancelled), time_(options.limits.max_time) {}

  RunResult Run(absl::string_view input, const std::vector<PlannedStep>& plan) {
    absl::string_view value = input;
    std::unique_ptr<Output> held;
    for (const PlannedStep& step : plan) {
      auto output = std::make_unique<Output>(output_limits_, memory_, stop_);
      absl::Status status = RunStep(step, value, *output);
      if (!status.ok()) {
        result_.failure = {step.index, Ended(step, status), ByteOf(status)};
        break;
      }
      held = std::move(output);
      value = held->bytes();
    }
    result_.output = held == nullptr ? std::string(input) : held->TakeBytes();
    return std::move(result_);
  }

 private:
  absl::Status RunStep(const PlannedStep& step, absl::string_view input, Output& output) {
    TRIAD_RETURN_IF_ERROR(CountWork(input.size()));
    if (stop_()) return absl::CancelledError("the caller went away");
    Stopwatch watch;
    TRIAD_ASSIGN_OR_RETURN(Arguments arguments, FillArguments(step, variables_));
    TRIAD_RETURN_IF_ERROR(RunOperation(*step.operation, arguments, input, output));
    return Report(step, input.size(), output, watch.elapsed());
  }

  absl::Status CountWork(std::size_t bytes) {
    total_ += static_cast<std::int64_t>(bytes);
    if (total_ <= options_.limits.max_total_bytes) return absl::OkStatus();
    return absl::ResourceExhaustedError(absl::StrCat("with it the steps work on over ",
                                                     options_.limits.max_total_bytes,
                                                     " bytes together (--max_total_bytes)"));
  }

  // Keeps what is to be kept of an output. It counts as long as the run goes on.
  absl::Status Report(const PlannedStep& step, std::size_t input_bytes, const Output& output,
                      absl::Duration elapsed) {
    StepReport report = {.index = step.index,
                         .input_bytes = static_cast<std::int64_t>(input_bytes),
                         .output_bytes = output.total_bytes(),
                         .elapsed = elapsed};
    if (options_.peek.count(step.index) != 0) {
      TRIAD_RETURN_IF_ERROR(kept_.Grow(output.total_bytes()));
      report.output = std::string(output.bytes());
    }
    if (!step.as.empty()) {
      TRIAD_RETURN_IF_ERROR(kept_.Grow(output.total_bytes()));
      variables_.insert_or_assign(step.as, std::string(output.bytes()));
    }
    result_.steps.push_back(std::move(report));
    return absl::OkStatus();
  }

  absl::Status Ended(const PlannedStep& step, const absl::Status& status) const {
    if (absl::IsCancelled(status) && !cancelled_()) {
      return absl::DeadlineExceededError(
          absl::StrCat(FieldOf(step.index), ": the steps took over ",
                       absl::FormatDuration(options_.limits.max_time), " (--max_time)"));
    }
    return NamedStatus(status, step);
  }

  const RunOptions& options_;
  RunningBytes& memory_;
  const Cancelled cancelled_;
  const OutputLimits output_limits_ = {.max_bytes = options_.limits.max_output_bytes,
                                       .max_ratio = options_.limits.max_ratio,
                                       .apart = options_.limits.apart};
  const Countdown time_;
  const std::function<bool()> stop_ = [this] { return cancelled_() || time_.over(); };
  RunningBytes::Hold kept_{memory_};
  Variables variables_ = options_.given;
  std::int64_t total_ = 0;
  RunResult result_;
};

}  // namespace

absl::StatusOr<RunResult> RunRecipe(absl::string_view input, const Recipe& recipe,
                                    const RunOptions& options, RunningBytes& memory,
                                    Cancelled cancelled) {
  if (static_cast<std::int64_t>(input.size()) > options.limits.max_input_bytes) {
    return InvalidField("input",
                        absl::StrCat("must be at most ", options.limits.max_input_bytes, " bytes"));
  }
  TRIAD_ASSIGN_OR_RETURN(std::vector<PlannedStep> plan,
                         Plan(recipe, options.limits.max_steps, {.values = options.given}));
  return Runner(options, memory, cancelled).Run(input, plan);
}

absl::Status StatusOf(const StepFailure& failure) {
  std::vector<std::pair<std::string, std::string>> facts = {{"step", absl::StrCat(failure.index)}};
  if (failure.byte) facts.emplace_back("byte", absl::StrCat(*failure.byte));
  return WithReason(failure.status, "STEP_FAILED", "transform.triad", facts);
}

}  // namespace triad::transform
