// Operations one after the other.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/cancelled.h"
#include "services/transform/operation.h"

namespace triad::transform {

struct Limits {
  std::int64_t max_input_bytes = 1024 * 1024;
  // Of each step. Four times the input, so that any two encodings fit.
  std::int64_t max_output_bytes = 4 * 1024 * 1024;
  std::size_t max_steps = 64;
  // Of the inputs of all steps together: as many as that on the largest input.
  std::int64_t max_total_bytes = 64 * 1024 * 1024;
  // That all transformations which run may hold together.
  std::int64_t memory_bytes = 64 * 1024 * 1024;
};

struct Step {
  std::string operation;
  Arguments arguments;
};

// Runs the steps in order, each on the output of the one before. All steps are
// checked before the first runs. INVALID_ARGUMENT naming the field
// ("steps[2].operation"); RESOURCE_EXHAUSTED, naming the step, if an output, or all that
// the steps work on, grows over its limit; CANCELLED if `cancelled` says so before a step
// or during one.
absl::StatusOr<std::string> RunPipeline(absl::string_view input, const std::vector<Step>& steps,
                                        const Limits& limits, Cancelled cancelled);

// About the most bytes that RunPipeline holds for an input of that size.
std::int64_t PeakBytes(std::int64_t input_bytes, std::size_t steps, const Limits& limits);

}  // namespace triad::transform
