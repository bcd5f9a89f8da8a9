#include <cstdint>
#include <memory>

#include "services/transform/engine/families/lines/operations.h"
#include "services/transform/engine/support/line_stage.h"

namespace triad::transform {
namespace {

class HeadStage final : public LineStage {
 public:
  explicit HeadStage(std::int64_t count) : left_(count) {}

 private:
  absl::Status TakeLine(const Line& line, Output& output) override {
    if (left_ == 0) return absl::OkStatus();
    --left_;
    output.Append({line.content.data(), line.size()});
    return output.status();
  }

  std::int64_t left_;
};

absl::Status RunTail(absl::string_view input, const Arguments& arguments, Output& output) {
  std::int64_t count = arguments.Integer("count");
  absl::string_view before = input;
  while (count > 0 && !before.empty() && output.Going(input.size() - before.size())) {
    before.remove_suffix(LastLine(before).size());
    --count;
  }
  output.Append(input.substr(before.size()));
  return output.status();
}

Parameter Count() {
  return {.name = "count",
          .summary = "How many.",
          .kind = Kind::kInteger,
          .default_value = "10",
          .unit = "lines"};
}

}  // namespace

Operation Head() {
  return {
      .id = "head",
      .name = "Head",
      .aliases = {"Head"},
      .summary = "Keeps the first lines.",
      .parameters = {Count()},
      .examples = {{"1\n2\n3\n", "head(count=2)", "1\n2\n"}},
      .start = [](const Arguments& arguments, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
        return std::make_unique<HeadStage>(arguments.Integer("count"));
      }};
}

Operation Tail() {
  return {.id = "tail",
          .name = "Tail",
          .aliases = {"Tail"},
          .summary = "Keeps the last lines.",
          .parameters = {Count()},
          .examples = {{"1\n2\n3\n", "tail(count=2)", "2\n3\n"}},
          .run = RunTail};
}

}  // namespace triad::transform
