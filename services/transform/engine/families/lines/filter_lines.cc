#include <memory>
#include <utility>

#include "runtime/base/status.h"
#include "services/transform/engine/families/lines/operations.h"
#include "services/transform/engine/support/line_stage.h"
#include "services/transform/engine/support/pattern.h"

namespace triad::transform {
namespace {

class Filter final : public LineStage {
 public:
  Filter(std::unique_ptr<Pattern> pattern, bool matching)
      : pattern_(std::move(pattern)), matching_(matching) {}

 private:
  absl::Status TakeLine(const Line& line, Output& output) override {
    if (pattern_->Matches(line.content) == matching_) {
      output.Append({line.content.data(), line.size()});
    }
    return output.status();
  }

  const std::unique_ptr<Pattern> pattern_;
  const bool matching_;
};

}  // namespace

Operation FilterLines() {
  Operation operation = {
      .id = "filter-lines",
      .name = "Filter lines",
      .aliases = {"Filter", "grep"},
      .summary = "Keeps the lines that match a pattern, or the others.",
      .takes = Data::kText,
      .gives = Data::kText,
      .cost = Cost::kMedium,
      .parameters = PatternParameters(),
      .examples = {{"error: a\nok\n", "filter-lines(pattern=^error)", "error: a\n"},
                   {"error: a\nok\n", "filter-lines(pattern=^error, keep=others)", "ok\n"}},
      .start = [](const Arguments& arguments,
                  Output& output) -> absl::StatusOr<std::unique_ptr<Stage>> {
        TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Pattern> pattern, Pattern::Make(arguments, output));
        return std::make_unique<Filter>(std::move(pattern), arguments.Text("keep") == "matching");
      }};
  operation.parameters.push_back({.name = "keep",
                                  .summary = "The lines that stay.",
                                  .kind = Kind::kChoice,
                                  .default_value = "matching",
                                  .choices = {"matching", "others"}});
  return operation;
}

}  // namespace triad::transform
