#include "services/transform/families/text/text.h"

#include "runtime/base/status.h"
#include "services/transform/text/unicode.h"

namespace triad::transform {
namespace {

absl::StatusOr<std::string> RunChangeCase(absl::string_view input, const Arguments& arguments,
                                          Cancelled cancelled) {
  bool upper = arguments.at("case") == "upper";
  return upper ? ToUpper(input, cancelled) : ToLower(input, cancelled);
}

struct Line {
  absl::string_view content;
  absl::string_view ending;  // "\n", "\r\n", or nothing at the end of the text

  std::size_t size() const { return content.size() + ending.size(); }
};

Line FirstLine(absl::string_view text) {
  std::size_t newline = text.find('\n');
  if (newline == absl::string_view::npos) return {text, {}};
  std::size_t end = newline > 0 && text[newline - 1] == '\r' ? newline - 1 : newline;
  return {text.substr(0, end), text.substr(end, newline + 1 - end)};
}

Line LastLine(absl::string_view text) {
  std::size_t newline =
      text.size() < 2 ? absl::string_view::npos : text.rfind('\n', text.size() - 2);
  return FirstLine(newline == absl::string_view::npos ? text : text.substr(newline + 1));
}

// Contents change places, endings stay: a text that ends with a newline still
// does.
absl::StatusOr<std::string> ReverseLines(absl::string_view text, Cancelled cancelled) {
  Checkpoint checkpoint(cancelled);
  std::string reversed;
  reversed.reserve(text.size());
  absl::string_view endings = text;
  absl::string_view contents = text;
  while (!endings.empty()) {
    Line first = FirstLine(endings);
    Line last = LastLine(contents);
    reversed.append(last.content.data(), last.content.size());
    reversed.append(first.ending.data(), first.ending.size());
    endings.remove_prefix(first.size());
    contents.remove_suffix(last.size());
    TRIAD_RETURN_IF_ERROR(checkpoint.Reached(text.size() - endings.size()));
  }
  return reversed;
}

absl::StatusOr<std::string> RunReverse(absl::string_view input, const Arguments& arguments,
                                       Cancelled cancelled) {
  bool by_line = arguments.at("by") == "line";
  return by_line ? ReverseLines(input, cancelled) : ReverseGraphemes(input, cancelled);
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
