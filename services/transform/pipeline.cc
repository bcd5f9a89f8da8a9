#include "services/transform/pipeline.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "services/transform/catalogue.h"

namespace triad::transform {
namespace {

// How many times as long as its input the output of a step may be: hex with separators,
// and letters that become three.
constexpr std::int64_t kMaxGrowth = 3;

// A step that is known to be runnable.
struct Planned {
  std::string field;  // "steps[2]"
  const Operation* operation = nullptr;
  Arguments arguments;  // complete
};

absl::Status CheckChoice(const Parameter& parameter, const std::string& value,
                         absl::string_view field) {
  const auto& choices = parameter.choices;
  if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end()) {
    return absl::OkStatus();
  }
  return InvalidField(field, absl::StrCat("must be one of ", absl::StrJoin(choices, ", ")));
}

absl::StatusOr<Arguments> Complete(const Operation& operation, Arguments arguments,
                                   absl::string_view field) {
  for (const Parameter& parameter : operation.parameters) {
    auto [at, added] = arguments.try_emplace(parameter.name, parameter.default_value);
    TRIAD_RETURN_IF_ERROR(
        CheckChoice(parameter, at->second, absl::StrCat(field, ".arguments.", parameter.name)));
  }
  if (arguments.size() == operation.parameters.size()) return arguments;
  for (const auto& [name, value] : arguments) {
    auto same = [&name = name](const Parameter& p) { return p.name == name; };
    if (std::none_of(operation.parameters.begin(), operation.parameters.end(), same)) {
      return InvalidField(absl::StrCat(field, ".arguments"),
                          absl::StrCat(operation.id, " takes no argument '", name, "'"));
    }
  }
  return arguments;
}

absl::StatusOr<std::vector<Planned>> Plan(const std::vector<Step>& steps, const Limits& limits) {
  if (steps.empty() || steps.size() > limits.max_steps) {
    return InvalidField("steps", absl::StrCat("must be 1 to ", limits.max_steps, " steps"));
  }
  std::vector<Planned> plan;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    std::string field = absl::StrCat("steps[", i, "]");
    const Operation* operation = FindOperation(steps[i].operation);
    if (operation == nullptr) {
      return InvalidField(absl::StrCat(field, ".operation"),
                          absl::StrCat("there is no operation '", steps[i].operation,
                                       "'; /api/v1/operations lists them"));
    }
    TRIAD_ASSIGN_OR_RETURN(Arguments arguments, Complete(*operation, steps[i].arguments, field));
    plan.push_back({field, operation, std::move(arguments)});
  }
  return plan;
}

absl::StatusOr<std::string> RunStep(const Planned& step, absl::string_view input,
                                    const Limits& limits, Cancelled cancelled) {
  if (step.operation->takes == Takes::kText && !IsValidUtf8(input)) {
    return InvalidField(step.field,
                        absl::StrCat("the input of ", step.operation->id, " must be text (UTF-8)"));
  }
  absl::StatusOr<std::string> output = step.operation->run(input, step.arguments, cancelled);
  if (absl::IsInvalidArgument(output.status())) {
    return InvalidField(step.field, absl::StrCat("the input of ", step.operation->id, " ",
                                                 output.status().message()));
  }
  if (output.ok() && static_cast<std::int64_t>(output->size()) > limits.max_output_bytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat(step.field, ": its output is over ", limits.max_output_bytes, " bytes"));
  }
  return output;
}

}  // namespace

absl::StatusOr<std::string> RunPipeline(absl::string_view input, const std::vector<Step>& steps,
                                        const Limits& limits, Cancelled cancelled) {
  if (static_cast<std::int64_t>(input.size()) > limits.max_input_bytes) {
    return InvalidField("input",
                        absl::StrCat("must be at most ", limits.max_input_bytes, " bytes"));
  }
  TRIAD_ASSIGN_OR_RETURN(std::vector<Planned> plan, Plan(steps, limits));
  std::string value(input);
  std::int64_t total = 0;
  for (const Planned& step : plan) {
    if (cancelled()) return absl::CancelledError("the caller went away");
    total += static_cast<std::int64_t>(value.size());
    if (total > limits.max_total_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat(step.field, ": with it the steps work on over ", limits.max_total_bytes,
                       " bytes together (--max_total_bytes)"));
    }
    TRIAD_ASSIGN_OR_RETURN(value, RunStep(step, value, limits, cancelled));
  }
  return value;
}

std::int64_t PeakBytes(std::int64_t input_bytes, std::size_t steps, const Limits& limits) {
  std::int64_t value = input_bytes;
  std::int64_t peak = 0;
  for (std::size_t i = 0; i < std::min(steps, limits.max_steps); ++i) {
    peak = std::max(peak, value + value * kMaxGrowth);
    value = std::min(value * kMaxGrowth, limits.max_output_bytes);
  }
  return input_bytes + peak;
}

}  // namespace triad::transform
