// A run of a recipe on an input that comes in pieces.
#pragma once

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/output.h"
#include "services/transform/engine/recipe/limits.h"
#include "services/transform/engine/recipe/recipe.h"
#include "services/transform/engine/recipe/variables.h"
#include "services/transform/engine/running_bytes.h"

namespace triad::transform {

// For one thread.
class StreamRun {
 public:
  virtual ~StreamRun() = default;
  // After an error nothing more is taken.
  virtual absl::Status Take(absl::string_view piece) = 0;
  // There is no more.
  virtual absl::Status Finish() = 0;
};

// A Pipe. If a step keeps its output by a name, which is whole then, the input is gathered, up to
// max_input_bytes, and the recipe runs when it has ended. Errors are those of Pipe::Make, which
// says what the arguments are.
absl::StatusOr<std::unique_ptr<StreamRun>> StartStream(const Recipe& recipe, Variables given,
                                                       const Limits& limits, RunningBytes& memory,
                                                       std::function<bool()> cancelled,
                                                       Output::Sink sink);

}  // namespace triad::transform
