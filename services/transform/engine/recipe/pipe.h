// A recipe at work on an input that comes in pieces, of any length.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/output.h"
#include "services/transform/engine/recipe/limits.h"
#include "services/transform/engine/recipe/plan.h"
#include "services/transform/engine/recipe/recipe.h"
#include "services/transform/engine/recipe/stream_run.h"
#include "services/transform/engine/running_bytes.h"
#include "services/transform/engine/worker.h"

namespace triad::transform {

//   Take ─▶ step ─▶ Output ─▶ step ─▶ Output ─▶ … ─▶ sink
//
// Each step gives the next what it has, as soon as it has some; nothing is held but what a step
// needs. A step that takes its input as a whole holds it, up to max_input_bytes.
//
// Errors are those of RunRecipe, and name the step. After one, nothing more is taken. For one
// thread.
class Pipe final : public StreamRun {
 public:
  // INVALID_ARGUMENT, naming the field, for a recipe that cannot run, or keeps an output: a stream
  // has none that is whole. `memory` outlives the pipe. `sink` may block; an error of it ends the
  // pipe. The pipe ends with CANCELLED when `cancelled` says so.
  static absl::StatusOr<std::unique_ptr<Pipe>> Make(const Recipe& recipe, const Limits& limits,
                                                    RunningBytes& memory,
                                                    std::function<bool()> cancelled,
                                                    Output::Sink sink, Variables given = {});
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  absl::Status Take(absl::string_view piece) override;
  absl::Status Finish() override;

 private:
  struct Stage {
    PlannedStep step;
    std::unique_ptr<Output> output;
    std::unique_ptr<Worker> worker;
    std::size_t held = 0;  // of an input that is taken as a whole
  };

  Pipe(const Limits& limits, std::function<bool()> cancelled)
      : limits_(limits), cancelled_(std::move(cancelled)) {}

  absl::Status Begin(std::vector<PlannedStep> plan, RunningBytes& memory, Output::Sink sink);
  absl::Status TakeAt(std::size_t stage, absl::string_view piece);
  absl::Status FlushFrom(std::size_t stage);
  // The first failure, with the name of its step.
  absl::Status Failed(std::size_t stage, const absl::Status& status);

  const Limits limits_;
  const std::function<bool()> cancelled_;
  std::vector<Stage> stages_;
  absl::Status failure_;
};

}  // namespace triad::transform
