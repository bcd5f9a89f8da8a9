#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "runtime/base/utf8.h"
#include "services/transform/engine/families/unicode/operations.h"
#include "services/transform/engine/support/characters.h"

namespace triad::transform {
namespace {

constexpr absl::string_view kBetween = " \t\r\n,;";

absl::string_view SeparatorOf(const std::string& choice) {
  if (choice == "newline") return "\n";
  return choice == "comma" ? "," : " ";
}

absl::Status RunCodePoints(absl::string_view input, const Arguments& arguments, Output& output) {
  absl::string_view separator = SeparatorOf(arguments.Text("separator"));
  for (std::size_t at = 0; at < input.size() && output.Going(at);) {
    Utf8Character character = FirstCharacter(input.substr(at));
    if (at > 0) output.Append(separator);
    output.Append(absl::StrFormat("U+%04X", static_cast<std::uint32_t>(character.code)));
    at += character.length;
  }
  return output.status();
}

absl::Status RunFromCodePoints(absl::string_view input, const Arguments&, Output& output) {
  for (std::size_t at = 0; at < input.size() && output.Going(at);) {
    if (absl::StrContains(kBetween, input[at])) {
      ++at;
      continue;
    }
    std::size_t end = std::min(input.find_first_of(kBetween, at), input.size());
    absl::string_view word = input.substr(at, end - at);
    std::uint32_t code = 0;
    bool read = (absl::ConsumePrefix(&word, "U+") || absl::ConsumePrefix(&word, "u+")) &&
                word.size() <= 6 && !absl::StartsWith(word, "0x") &&
                absl::SimpleHexAtoi(word, &code);
    if (!read) return BadInputAt(at, "must be code points as U+0041, which it is not");
    if (!IsCharacter(code)) return BadInputAt(at, "has a code point of what is no character");
    std::string character;
    AppendUtf8(code, character);
    output.Append(character);
    at = end;
  }
  return output.status();
}

}  // namespace

Operation CodePoints() {
  return {.id = "code-points",
          .name = "Code points",
          .aliases = {"To Charcode"},
          .summary = "Lists the code points of a text as U+XXXX.",
          .takes = Data::kText,
          .gives = Data::kText,
          .parameters = {{.name = "separator",
                          .summary = "What stands between two.",
                          .kind = Kind::kChoice,
                          .default_value = "space",
                          .choices = {"space", "newline", "comma"}}},
          .inverse = "from-code-points",
          .examples = {{"aé😀", "code-points", "U+0061 U+00E9 U+1F600"}},
          .run = RunCodePoints};
}

Operation FromCodePoints() {
  return {.id = "from-code-points",
          .name = "From code points",
          .aliases = {"From Charcode"},
          .summary =
              "Makes a text of code points as U+XXXX, with white space, commas or semicolons "
              "between them.",
          .takes = Data::kText,
          .gives = Data::kText,
          .inverse = "code-points",
          .examples = {{"U+0061 U+1F600", "from-code-points", "a😀"}},
          .run = RunFromCodePoints};
}

}  // namespace triad::transform
