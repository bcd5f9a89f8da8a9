#include <string>

#include "absl/strings/ascii.h"
#include "runtime/base/status.h"
#include "services/transform/engine/families/text/operations.h"
#include "services/transform/engine/unicode/unicode.h"
#include "services/transform/engine/unicode/words.h"

namespace triad::transform {
namespace {

using Change = absl::StatusOr<std::string> (*)(absl::string_view text, const char* locale,
                                               Cancelled cancelled);

struct CaseRow {
  absl::string_view name;
  Change change;
};

template <Joint kJoint>
absl::StatusOr<std::string> Joined(absl::string_view text, const char*, Cancelled cancelled) {
  return JoinWords(text, kJoint, cancelled);
}

absl::StatusOr<std::string> Swapped(absl::string_view text, const char*, Cancelled cancelled) {
  return SwapCase(text, cancelled);
}

constexpr CaseRow kCases[] = {
    {"upper", ToUpper},
    {"lower", ToLower},
    {"title", ToTitle},
    {"swap", Swapped},
    {"fold", FoldCase},
    {"camel", Joined<Joint{"", WordCase::kLower, WordCase::kTitle}>},
    {"pascal", Joined<Joint{"", WordCase::kTitle, WordCase::kTitle}>},
    {"snake", Joined<Joint{"_", WordCase::kLower, WordCase::kLower}>},
    {"kebab", Joined<Joint{"-", WordCase::kLower, WordCase::kLower}>},
    {"constant", Joined<Joint{"_", WordCase::kUpper, WordCase::kUpper}>},
};

absl::Status RunChangeCase(absl::string_view input, const Arguments& arguments, Output& output) {
  const std::string& language = arguments.Text("language");
  for (const CaseRow& row : kCases) {
    if (row.name != arguments.Text("case")) continue;
    TRIAD_ASSIGN_OR_RETURN(
        std::string changed,
        row.change(input, language == "none" ? "" : language.c_str(), output.cancelled()));
    output.Append(changed);
  }
  return output.status();
}

Parameter CaseParameter() {
  Parameter parameter = {.name = "case",
                         .summary = "The case that all letters get, or the style of a name.",
                         .kind = Kind::kChoice,
                         .default_value = std::string(kCases[0].name)};
  for (const CaseRow& row : kCases) parameter.choices.emplace_back(row.name);
  return parameter;
}

}  // namespace

Operation ChangeCase() {
  return {.id = "change-case",
          .name = "Change case",
          .aliases = {"To Upper case", "upper"},
          .summary = "Changes the case of letters, by Unicode's full mapping.",
          .takes = Data::kText,
          .gives = Data::kText,
          .cost = Cost::kMedium,
          .parameters = {CaseParameter(),
                         {.name = "language",
                          .summary = "Whose rules upper, lower and title have besides.",
                          .kind = Kind::kChoice,
                          .default_value = "none",
                          .choices = {"none", "az", "el", "hy", "lt", "nl", "tr"}}},
          .examples = {{"Straße", "change-case", "STRASSE"},
                       {"ΟΔΟΣ", "change-case(case=lower)", "οδος"},
                       {"HTTP status code", "change-case(case=camel)", "httpStatusCode"}},
          .scratch = 3,
          .run = RunChangeCase};
}

}  // namespace triad::transform
