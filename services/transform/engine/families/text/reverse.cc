#include <string>

#include "runtime/base/status.h"
#include "services/transform/engine/families/text/operations.h"
#include "services/transform/engine/support/lines.h"
#include "services/transform/engine/unicode/unicode.h"

namespace triad::transform {
namespace {

// Contents change places, ends stay: a text that ends with a newline still does.
absl::Status ReverseLines(absl::string_view text, Output& output) {
  output.Expect(text.size());
  absl::string_view endings = text;
  absl::string_view contents = text;
  while (!endings.empty() && output.Going(text.size() - endings.size())) {
    Line first = FirstLine(endings);
    Line last = LastLine(contents);
    output.Append(last.content);
    output.Append(first.ending);
    endings.remove_prefix(first.size());
    contents.remove_suffix(last.size());
  }
  return output.status();
}

absl::Status RunReverse(absl::string_view input, const Arguments& arguments, Output& output) {
  if (arguments.Text("by") == "line") return ReverseLines(input, output);
  TRIAD_ASSIGN_OR_RETURN(std::string reversed, ReverseGraphemes(input, output.cancelled()));
  output.Append(reversed);
  return output.status();
}

}  // namespace

Operation Reverse() {
  return {
      .id = "reverse",
      .name = "Reverse",
      .aliases = {"Reverse"},
      .summary = "Puts the last first, keeping together what people see as one character.",
      .takes = Data::kText,
      .gives = Data::kText,
      .cost = Cost::kMedium,
      .parameters = {{.name = "by",
                      .summary = "What changes places.",
                      .kind = Kind::kChoice,
                      .default_value = "grapheme",
                      .choices = {"grapheme", "line"}}},
      .inverse = "reverse",
      .examples = {{"Triad", "reverse", "dairT"}, {"one\ntwo\n", "reverse(by=line)", "two\none\n"}},
      .scratch = 1,
      .run = RunReverse};
}

}  // namespace triad::transform
