// Runs recipes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/transform/engine/cancelled.h"
#include "services/transform/engine/recipe/limits.h"
#include "services/transform/engine/recipe/recipe.h"
#include "services/transform/engine/recipe/variables.h"
#include "services/transform/engine/running_bytes.h"

namespace triad::transform {

// What a step did.
struct StepReport {
  std::size_t index = 0;  // in the recipe
  std::int64_t input_bytes = 0;
  std::int64_t output_bytes = 0;
  absl::Duration elapsed;
  // The output, if it was asked for.
  std::optional<std::string> output = {};
};

// Why a step ended early.
struct StepFailure {
  std::size_t index = 0;
  // Names the step, or its argument, as RunRecipe's errors do.
  absl::Status status;
  // Of the step's input, if the trouble is at one.
  std::optional<std::size_t> byte;
};

struct RunResult {
  // Of the last step; of the last that came to its end, if one failed.
  std::string output;
  // Of each step that ran to its end, in order.
  std::vector<StepReport> steps;
  std::optional<StepFailure> failure;
};

struct RunOptions {
  Limits limits = {};
  // Steps whose output is wanted, by their index in the recipe.
  std::set<std::size_t> peek = {};
  // What its arguments may use beside what its steps keep.
  Variables given = {};
};

// Runs the steps in order, each on the output of the one before; those that are disabled are left
// out. All steps are checked before the first runs. INVALID_ARGUMENT naming the field
// ("steps[2].operation") if the recipe, or the size of the input, is not acceptable. What fails
// later is the result's `failure`: INVALID_ARGUMENT for an input or argument that a step cannot
// work with; RESOURCE_EXHAUSTED over a limit, naming it, or as RunApart says; DEADLINE_EXCEEDED if
// it takes too long; UNAVAILABLE if `memory` has no room; CANCELLED if `cancelled` says so.
// Thread-safe.
absl::StatusOr<RunResult> RunRecipe(absl::string_view input, const Recipe& recipe,
                                    const RunOptions& options, RunningBytes& memory,
                                    Cancelled cancelled);

// The failure as one status, with a google.rpc.ErrorInfo of reason STEP_FAILED that has its facts:
// the step and, if there is one, the byte.
absl::Status StatusOf(const StepFailure& failure);

}  // namespace triad::transform
