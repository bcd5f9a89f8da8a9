#include "services/transform/engine/recipe/stream_run.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/transform/engine/recipe/pipe.h"
#include "services/transform/engine/recipe/plan.h"
#include "services/transform/engine/recipe/run.h"

namespace triad::transform {
namespace {

class GatheredRun final : public StreamRun {
 public:
  GatheredRun(Recipe recipe, RunOptions options, RunningBytes& memory,
              std::function<bool()> cancelled, Output::Sink sink)
      : recipe_(std::move(recipe)),
        options_(std::move(options)),
        memory_(memory),
        cancelled_(std::move(cancelled)),
        sink_(std::move(sink)) {}

  absl::Status Take(absl::string_view piece) override {
    std::int64_t max_bytes = options_.limits.max_input_bytes;
    if (static_cast<std::int64_t>(input_.size() + piece.size()) > max_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat("a step keeps its output, so the recipe takes its input as a whole, which "
                       "is over ",
                       max_bytes, " bytes (--max_input_bytes)"));
    }
    TRIAD_RETURN_IF_ERROR(hold_.Grow(static_cast<std::int64_t>(piece.size())));
    input_.append(piece.data(), piece.size());
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    TRIAD_ASSIGN_OR_RETURN(RunResult result,
                           RunRecipe(input_, recipe_, options_, memory_, cancelled_));
    if (result.failure) return StatusOf(*result.failure);
    return sink_(result.output);
  }

 private:
  const Recipe recipe_;
  const RunOptions options_;
  RunningBytes& memory_;
  const std::function<bool()> cancelled_;
  const Output::Sink sink_;
  RunningBytes::Hold hold_{memory_};
  std::string input_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<StreamRun>> StartStream(const Recipe& recipe, Variables given,
                                                       const Limits& limits, RunningBytes& memory,
                                                       std::function<bool()> cancelled,
                                                       Output::Sink sink) {
  if (!KeepsOutputs(recipe)) {
    return Pipe::Make(recipe, limits, memory, std::move(cancelled), std::move(sink),
                      std::move(given));
  }
  TRIAD_RETURN_IF_ERROR(Plan(recipe, limits.max_steps, {.values = given}).status());
  return std::make_unique<GatheredRun>(recipe,
                                       RunOptions{.limits = limits, .given = std::move(given)},
                                       memory, std::move(cancelled), std::move(sink));
}

}  // namespace triad::transform
