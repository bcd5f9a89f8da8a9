#include <re2/re2.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "services/transform/engine/families/text/operations.h"

namespace triad::transform {
namespace {

#define TRIAD_LABEL "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
#define TRIAD_DOMAIN "(?:" TRIAD_LABEL "\\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
#define TRIAD_OCTET "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"

// Group 1 is what is listed. What stands around it is of the expression, for a word of which the
// match is only a part is none.
struct Wanted {
  absl::string_view name;
  const char* expression;
};

constexpr Wanted kKinds[] = {
    {"emails", "(?:^|[^A-Za-z0-9._%+@-])([A-Za-z0-9._%+-]+@" TRIAD_DOMAIN ")(?:[^A-Za-z0-9@-]|$)"},
    {"urls", "\\b((?:https?|ftps?|wss?)://[^\\s<>\"'`{}|\\\\^]*[^\\s<>\"'`{}|\\\\^.,;:!?)])"},
    {"domains", "(?:^|[^A-Za-z0-9.@-])(" TRIAD_DOMAIN ")(?:[^A-Za-z0-9-]|$)"},
    {"ipv4", "(?:^|[^0-9.])(" TRIAD_OCTET "(?:\\." TRIAD_OCTET "){3})(?:\\.?[^0-9.]|\\.?$)"},
    {"mac",
     "(?:^|[^0-9A-Fa-f:-])([0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5}))"
     "(?:[^0-9A-Fa-f:-]|$)"},
    {"dates",
     "(?:^|[^0-9-])([0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|"
     "(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|[12][0-9])))(?:[^0-9-]|$)"},
    {"hashes",
     "\\b([0-9a-fA-F]{128}|[0-9a-fA-F]{96}|[0-9a-fA-F]{64}|[0-9a-fA-F]{56}|"
     "[0-9a-fA-F]{40}|[0-9a-fA-F]{32})\\b"},
};

absl::Status RunExtract(absl::string_view input, const Arguments& arguments, Output& output) {
  std::size_t i = 0;
  while (kKinds[i].name != arguments.Text("what")) ++i;
  re2::RE2 expression(kKinds[i].expression, re2::RE2::Quiet);
  re2::StringPiece text(input.data(), input.size());
  re2::StringPiece found[2];
  std::size_t at = 0;
  bool begun = false;
  while (output.Wanted() &&
         expression.Match(text, at, text.size(), re2::RE2::UNANCHORED, found, 2)) {
    if (begun) output.Put('\n');
    begun = true;
    output.Append({found[1].data(), found[1].size()});
    // What stands behind one may stand before the next.
    at = static_cast<std::size_t>(found[1].data() + found[1].size() - text.data());
  }
  return output.status();
}

Parameter What() {
  Parameter parameter = {.name = "what",
                         .summary =
                             "What is looked for; dates are those of ISO 8601, hashes "
                             "whole runs of hexadecimal digits.",
                         .kind = Kind::kChoice,
                         .default_value = std::string(kKinds[0].name)};
  for (const Wanted& kind : kKinds) parameter.choices.emplace_back(kind.name);
  return parameter;
}

}  // namespace

Operation Extract() {
  return {.id = "extract",
          .name = "Extract",
          .aliases = {"Extract email addresses", "Extract URLs"},
          .summary = "Lists the addresses, names or numbers of one kind in a text, one a line.",
          .takes = Data::kText,
          .gives = Data::kText,
          .cost = Cost::kHeavy,
          .parameters = {What()},
          .examples = {{"Write to ann@example.com, or bob@example.org.", "extract",
                        "ann@example.com\nbob@example.org"}},
          .run = RunExtract};
}

}  // namespace triad::transform
