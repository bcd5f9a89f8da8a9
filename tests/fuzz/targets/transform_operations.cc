// Operations of transform: a line with a recipe, and an input.
#include <optional>
#include <string>

#include "runtime/base/utf8.h"
#include "services/transform/engine/catalogue.h"
#include "services/transform/engine/recipe/language.h"
#include "services/transform/engine/recipe/plan.h"
#include "services/transform/engine/worker.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using transform::Data;
using transform::Output;
using transform::PlannedStep;

transform::RunningBytes& Memory() {
  static auto& memory = *new transform::RunningBytes(std::int64_t{64} << 20);
  return memory;
}

// What `input` becomes, given in pieces that `cuts` makes; nullopt if it is refused.
std::optional<std::string> Run(const PlannedStep& step, absl::string_view input, Cuts cuts) {
  Output output({.max_bytes = 1 << 20}, Memory(), transform::NeverCancelled);
  auto worker = transform::Worker::Start(*step.operation, step.arguments, output);
  absl::Status status = worker.status();
  while (status.ok() && !input.empty()) {
    absl::string_view piece = input.substr(0, cuts.Next());
    status = (*worker)->Take(piece);
    input.remove_prefix(piece.size());
  }
  if (status.ok()) status = (*worker)->Finish();
  Require(IsValidUtf8(status.message()), "an error is text", status.message());
  if (!status.ok()) return std::nullopt;
  Require(step.operation->gives == Data::kBytes || IsValidUtf8(output.bytes()),
          "an operation gives text if it says so", step.operation->id);
  return std::string(output.bytes());
}

const Registration kTarget("transform_operations", [](absl::string_view bytes) {
  Input input(bytes);
  auto recipe = transform::ParseRecipe(input.TakeLine());
  if (!recipe.ok()) return;
  auto plan = transform::Plan(*recipe, 4);
  // How long a key derivation takes is bounded, and still long for a fuzzer.
  if (!plan.ok() || plan->empty() || plan->front().operation->id == "pbkdf2") return;
  const PlannedStep& step = plan->front();
  if (!step.open.empty()) return;
  std::optional<std::string> whole = Run(step, input.rest(), Cuts(255));
  std::optional<std::string> cut = Run(step, input.rest(), Cuts(0));
  Require(whole.has_value() == cut.has_value(), "cutting decides nothing", step.operation->id);
  if (whole) RequireEqual(*whole, *cut, "cutting changes nothing");
});

}  // namespace
}  // namespace triad::fuzz
