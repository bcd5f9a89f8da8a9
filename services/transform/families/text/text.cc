#include "services/transform/families/text/text.h"

#include "services/transform/text/unicode.h"

namespace triad::transform {
namespace {

absl::StatusOr<std::string> RunChangeCase(absl::string_view input, const Arguments& arguments) {
  return arguments.at("case") == "upper" ? ToUpper(input) : ToLower(input);
}

struct Line {
  absl::string_view content;
  absl::string_view ending;  // "\n", "\r\n", or nothing at the end of the text
};

std::vector<Line> SplitLines(absl::string_view text) {
  std::vector<Line> lines;
  while (!text.empty()) {
    std::size_t newline = text.find('\n');
    bool last = newline == absl::string_view::npos;
    std::size_t end = last ? text.size() : newline;
    std::size_t next = last ? end : newline + 1;
    if (!last && end > 0 && text[end - 1] == '\r') --end;
    lines.push_back({text.substr(0, end), text.substr(end, next - end)});
    text.remove_prefix(next);
  }
  return lines;
}

// Contents change places, endings stay: a text that ends with a newline still
// does.
std::string ReverseLines(absl::string_view text) {
  std::vector<Line> lines = SplitLines(text);
  std::string reversed;
  reversed.reserve(text.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    absl::string_view content = lines[lines.size() - 1 - i].content;
    reversed.append(content.data(), content.size());
    reversed.append(lines[i].ending.data(), lines[i].ending.size());
  }
  return reversed;
}

absl::StatusOr<std::string> RunReverse(absl::string_view input, const Arguments& arguments) {
  return arguments.at("by") == "line" ? ReverseLines(input) : ReverseGraphemes(input);
}

}  // namespace

Operation ChangeCase() {
  return {.id = "change-case",
          .family = "text",
          .description = "Changes letters to one case, in no particular language.",
          .takes = Takes::kText,
          .parameters = {{.name = "case",
                          .description = "The case that all letters get.",
                          .default_value = "upper",
                          .choices = {"upper", "lower"}}},
          .examples = {{.input = "Straße", .arguments = {}, .output = "STRASSE"},
                       {.input = "ΟΔΟΣ", .arguments = {{"case", "lower"}}, .output = "οδος"}},
          .run = RunChangeCase};
}

Operation Reverse() {
  return {
      .id = "reverse",
      .family = "text",
      .description = "Puts the last first, keeping together what people see as one character.",
      .takes = Takes::kText,
      .parameters = {{.name = "by",
                      .description = "What changes places.",
                      .default_value = "grapheme",
                      .choices = {"grapheme", "line"}}},
      .examples = {{.input = "Triad", .arguments = {}, .output = "dairT"},
                   {.input = "one\ntwo\n", .arguments = {{"by", "line"}}, .output = "two\none\n"}},
      .run = RunReverse};
}

}  // namespace triad::transform
