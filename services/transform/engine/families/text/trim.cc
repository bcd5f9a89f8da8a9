#include <string>

#include "services/transform/engine/families/text/operations.h"
#include "services/transform/engine/support/lines.h"
#include "services/transform/engine/unicode/unicode.h"

namespace triad::transform {
namespace {

// What StripWhiteSpace leaves, and the ends that are not to be looked at.
absl::string_view Trimmed(absl::string_view text, const std::string& sides) {
  absl::string_view middle = StripWhiteSpace(text);
  const char* begin = sides == "end" ? text.data() : middle.data();
  const char* end = sides == "start" ? text.data() + text.size() : middle.data() + middle.size();
  if (middle.empty()) return {};
  return {begin, static_cast<std::size_t>(end - begin)};
}

absl::Status RunTrim(absl::string_view input, const Arguments& arguments, Output& output) {
  const std::string& sides = arguments.Text("sides");
  if (!arguments.Flag("lines")) {
    output.Append(Trimmed(input, sides));
    return output.status();
  }
  for (absl::string_view rest = input; !rest.empty();) {
    if (!output.Going(input.size() - rest.size())) break;
    Line line = FirstLine(rest);
    output.Append(Trimmed(line.content, sides));
    output.Append(line.ending);
    rest.remove_prefix(line.size());
  }
  return output.status();
}

}  // namespace

Operation Trim() {
  return {
      .id = "trim",
      .name = "Trim",
      .aliases = {"Remove whitespace around", "strip"},
      .summary = "Takes white space (White_Space of Unicode) off the ends.",
      .takes = Data::kText,
      .gives = Data::kText,
      .parameters = {{.name = "lines",
                      .summary = "Whether of each line, whose end stays, or of the whole.",
                      .kind = Kind::kFlag,
                      .default_value = "false"},
                     {.name = "sides",
                      .summary = "Of which ends.",
                      .kind = Kind::kChoice,
                      .default_value = "both",
                      .choices = {"both", "start", "end"}}},
      .examples = {{"  Triad \n", "trim", "Triad"}, {" a \n\tb\n", "trim(lines=true)", "a\nb\n"}},
      .run = RunTrim};
}

}  // namespace triad::transform
