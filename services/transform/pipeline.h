// Operations one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/operation.h"

namespace triad::transform {

struct Limits {
  std::int64_t max_input_bytes = 1024 * 1024;
  // Of each step. Four times the input, so that any two encodings fit.
  std::int64_t max_output_bytes = 4 * 1024 * 1024;
  std::size_t max_steps = 64;
};

struct Step {
  std::string operation;
  Arguments arguments;
};

// Runs the steps in order, each on the output of the one before. All steps are
// checked before the first runs. INVALID_ARGUMENT naming the field
// ("steps[2].operation"); RESOURCE_EXHAUSTED if an output grows over the limit;
// CANCELLED if `cancelled` says so between two steps.
absl::StatusOr<std::string> RunPipeline(absl::string_view input, const std::vector<Step>& steps,
                                        const Limits& limits, absl::FunctionRef<bool()> cancelled);

}  // namespace triad::transform
