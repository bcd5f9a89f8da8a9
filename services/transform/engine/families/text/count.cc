#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/transform/engine/families/text/operations.h"
#include "services/transform/engine/support/pattern.h"
#include "services/transform/engine/unicode/unicode.h"

namespace triad::transform {
namespace {

using Counter = absl::StatusOr<std::int64_t> (*)(absl::string_view text, Cancelled cancelled);

std::int64_t CountIf(absl::string_view text, bool (*counts)(unsigned char byte)) {
  return std::count_if(text.begin(), text.end(),
                       [counts](char c) { return counts(static_cast<unsigned char>(c)); });
}

absl::StatusOr<std::int64_t> CountBytes(absl::string_view text, Cancelled) {
  return static_cast<std::int64_t>(text.size());
}

absl::StatusOr<std::int64_t> CountLines(absl::string_view text, Cancelled) {
  std::int64_t ends = std::count(text.begin(), text.end(), '\n');
  return ends + (!text.empty() && text.back() != '\n' ? 1 : 0);
}

// Each character has one byte that is no continuation.
absl::StatusOr<std::int64_t> CountCodePoints(absl::string_view text, Cancelled) {
  return CountIf(text, [](unsigned char byte) { return (byte & 0xC0) != 0x80; });
}

// Beyond U+FFFF a character has two.
absl::StatusOr<std::int64_t> CountUtf16(absl::string_view text, Cancelled cancelled) {
  TRIAD_ASSIGN_OR_RETURN(std::int64_t code_points, CountCodePoints(text, cancelled));
  return code_points + CountIf(text, [](unsigned char byte) { return byte >= 0xF0; });
}

struct CountRow {
  absl::string_view name;
  Counter counter;
};

constexpr CountRow kCounts[] = {
    {"graphemes", CountGraphemes}, {"words", CountWords}, {"lines", CountLines},
    {"bytes", CountBytes},         {"utf16", CountUtf16}, {"code-points", CountCodePoints},
};

absl::Status RunCount(absl::string_view input, const Arguments& arguments, Output& output) {
  for (const CountRow& row : kCounts) {
    if (row.name != arguments.Text("what")) continue;
    TRIAD_ASSIGN_OR_RETURN(std::int64_t count, row.counter(input, output.cancelled()));
    output.Append(absl::StrCat(count));
  }
  return output.status();
}

absl::Status RunCountMatches(absl::string_view input, const Arguments& arguments, Output& output) {
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Pattern> pattern, Pattern::Make(arguments, output));
  std::int64_t count = 0;
  for (Matches matches(*pattern, input, 0, output); matches.Next();) ++count;
  output.Append(absl::StrCat(count));
  return output.status();
}

Parameter What() {
  Parameter parameter = {.name = "what",
                         .summary =
                             "What is counted: what people see as characters (graphemes), "
                             "words and lines as Unicode and this page define them, or units "
                             "of an encoding.",
                         .kind = Kind::kChoice,
                         .default_value = std::string(kCounts[0].name)};
  for (const CountRow& row : kCounts) parameter.choices.emplace_back(row.name);
  return parameter;
}

}  // namespace

Operation Count() {
  return {.id = "count",
          .name = "Count",
          .aliases = {"wc"},
          .summary = "How many characters, words, lines or bytes a text has.",
          .takes = Data::kText,
          .gives = Data::kText,
          .cost = Cost::kMedium,
          .parameters = {What()},
          .examples = {{"é🇩🇪", "count", "2"}, {"a\nb", "count(what=lines)", "2"}},
          .run = RunCount};
}

Operation CountMatches() {
  return {.id = "count-matches",
          .name = "Count matches",
          .aliases = {"Count occurrences"},
          .summary = "How often a pattern matches.",
          .takes = Data::kText,
          .gives = Data::kText,
          .cost = Cost::kHeavy,
          .parameters = PatternParameters(),
          .examples = {{"banana", "count-matches(pattern=an)", "2"}},
          .run = RunCountMatches};
}

}  // namespace triad::transform
