#include <limits>
#include <utility>

#include "cli/transform/runner.h"
#include "cli/transform/whole.h"
#include "runtime/base/status.h"
#include "services/transform/engine/recipe/limits.h"
#include "services/transform/engine/recipe/pipe.h"
#include "services/transform/engine/recipe/plan.h"
#include "services/transform/engine/recipe/run.h"

namespace triad::cli {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
// Half of what there is, so that sums of them are none that overflow.
constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max() / 2;

transform::Limits NoLimits() {
  return {.max_input_bytes = kAny,
          .max_output_bytes = kAny,
          .max_total_bytes = kAny,
          .max_ratio = kAny,
          .max_time = absl::InfiniteDuration()};
}

class LocalRunner final : public Runner {
 public:
  explicit LocalRunner(transform::Recipe recipe) : recipe_(std::move(recipe)) {}

  absl::Status Check() override { return transform::Plan(recipe_, limits_.max_steps).status(); }

  absl::Status Run(const Content& input, const TakeOutput& take) override {
    if (transform::KeepsOutputs(recipe_)) return RunWhole(input, take);
    TRIAD_ASSIGN_OR_RETURN(
        std::unique_ptr<transform::Pipe> pipe,
        transform::Pipe::Make(recipe_, limits_, memory_, transform::NeverCancelled, take));
    for (;;) {
      TRIAD_ASSIGN_OR_RETURN(std::string piece, input.read(kPieceBytes));
      if (piece.empty()) return pipe->Finish();
      TRIAD_RETURN_IF_ERROR(pipe->Take(piece));
    }
  }

 private:
  absl::Status RunWhole(const Content& input, const TakeOutput& take) {
    TRIAD_ASSIGN_OR_RETURN(std::string bytes, ReadAllOf(input));
    TRIAD_ASSIGN_OR_RETURN(transform::RunResult result,
                           transform::RunRecipe(bytes, recipe_, {.limits = limits_}, memory_,
                                                transform::NeverCancelled));
    if (result.failure.has_value()) return transform::StatusOf(*result.failure);
    return take(result.output);
  }

  const transform::Recipe recipe_;
  const transform::Limits limits_ = NoLimits();
  transform::RunningBytes memory_{kAny};
};

}  // namespace

std::unique_ptr<Runner> MakeLocalRunner(transform::Recipe recipe) {
  return std::make_unique<LocalRunner>(std::move(recipe));
}

}  // namespace triad::cli
