#include <memory>
#include <string>

#include "runtime/base/status.h"
#include "services/transform/engine/families/lines/operations.h"
#include "services/transform/engine/support/line_stage.h"
#include "services/transform/engine/support/pattern.h"

namespace triad::transform {
namespace {

class Joiner final : public LineStage {
 public:
  explicit Joiner(const std::string& delimiter) : delimiter_(delimiter) {}

 private:
  absl::Status TakeLine(const Line& line, Output& output) override {
    if (begun_) output.Append(delimiter_);
    begun_ = true;
    output.Append(line.content);
    return output.status();
  }

  const std::string delimiter_;
  bool begun_ = false;
};

absl::Status RunSplit(absl::string_view input, const Arguments& arguments, Output& output) {
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Pattern> pattern, Pattern::Make(arguments, output));
  std::size_t begin = 0;
  for (Matches matches(*pattern, input, 0, output); matches.Next();) {
    if (matches.end() == matches.begin()) continue;
    output.Append(input.substr(begin, matches.begin() - begin));
    output.Put('\n');
    begin = matches.end();
  }
  output.Append(input.substr(begin));
  return output.status();
}

class LineEnder final : public LineStage {
 public:
  explicit LineEnder(absl::string_view end) : end_(end) {}

 private:
  absl::Status TakeLine(const Line& line, Output& output) override {
    output.Append(line.content);
    if (!line.ending.empty()) output.Append(end_);
    return output.status();
  }

  const absl::string_view end_;
};

}  // namespace

Operation Join() {
  return {
      .id = "join",
      .name = "Join lines",
      .aliases = {"join-lines"},
      .summary = "Puts a text between lines, instead of their ends.",
      .parameters = {{.name = "delimiter",
                      .summary = "What stands between two.",
                      .kind = Kind::kText,
                      .default_value = ","}},
      .examples = {{"a\nb\nc\n", "join(delimiter=', ')", "a, b, c"}},
      .start = [](const Arguments& arguments, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
        return std::make_unique<Joiner>(arguments.Text("delimiter"));
      }};
}

Operation Split() {
  return {.id = "split",
          .name = "Split into lines",
          .aliases = {"Split"},
          .summary = "Makes lines of what stands between matches; empty parts stay.",
          .takes = Data::kText,
          .gives = Data::kText,
          .cost = Cost::kMedium,
          .parameters = PatternParameters(),
          .examples = {{"a,b,,c", "split(pattern=',')", "a\nb\n\nc"},
                       {"a1b22c", "split(pattern='[0-9]+')", "a\nb\nc"}},
          .run = RunSplit};
}

Operation LineEnds() {
  return {
      .id = "line-ends",
      .name = "Line ends",
      .aliases = {"Change line endings", "dos2unix", "unix2dos"},
      .summary = "Gives all lines the same end; LF and CRLF are ends.",
      .parameters = {{.name = "to",
                      .summary = "The end that they get.",
                      .kind = Kind::kChoice,
                      .default_value = "lf",
                      .choices = {"lf", "crlf"}}},
      .examples = {{"a\r\nb\n", "line-ends", "a\nb\n"}},
      .start = [](const Arguments& arguments, Output&) -> absl::StatusOr<std::unique_ptr<Stage>> {
        return std::make_unique<LineEnder>(arguments.Text("to") == "crlf" ? "\r\n" : "\n");
      }};
}

}  // namespace triad::transform
