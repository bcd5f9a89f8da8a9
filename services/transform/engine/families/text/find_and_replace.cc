#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/transform/engine/families/text/operations.h"
#include "services/transform/engine/support/pattern.h"

namespace triad::transform {
namespace {

constexpr std::int64_t kMaxGroup = 99;

absl::Status RunFind(absl::string_view input, const Arguments& arguments, Output& output) {
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Pattern> pattern, Pattern::Make(arguments, output));
  auto group = static_cast<int>(arguments.Integer("group"));
  if (group > pattern->groups()) {
    return BadArgument("group", absl::StrCat("must be at most ", pattern->groups(),
                                             ", as the pattern has no more groups"));
  }
  bool begun = false;
  for (Matches matches(*pattern, input, group, output); matches.Next();) {
    if (begun) output.Put('\n');
    begun = true;
    output.Append(matches.Group(group));
  }
  return output.status();
}

absl::Status RunReplace(absl::string_view input, const Arguments& arguments, Output& output) {
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Pattern> pattern, Pattern::Make(arguments, output));
  bool literal = arguments.Flag("literal");
  const std::string& replacement = arguments.Text("replacement");
  std::string problem;
  if (!literal && !pattern->expression().CheckRewriteString(replacement, &problem)) {
    return BadArgument("replacement", absl::StrCat("is none for this pattern: ", problem));
  }
  int groups = literal ? 0 : re2::RE2::MaxSubmatch(replacement);
  bool all = arguments.Flag("all");
  std::size_t begin = 0;
  std::string rewritten;
  for (Matches matches(*pattern, input, groups, output); matches.Next();) {
    output.Append(input.substr(begin, matches.begin() - begin));
    begin = matches.end();
    rewritten.clear();
    if (literal) {
      rewritten = replacement;
    } else {
      pattern->expression().Rewrite(&rewritten, replacement, matches.groups().data(), groups + 1);
    }
    output.Append(rewritten);
    if (!all) break;
  }
  output.Append(input.substr(begin));
  return output.status();
}

}  // namespace

Operation Find() {
  Operation operation = {.id = "find",
                         .name = "Find",
                         .aliases = {"Regular expression"},
                         .summary = "Lists what matches a pattern, one match a line.",
                         .takes = Data::kText,
                         .gives = Data::kText,
                         .cost = Cost::kHeavy,
                         .parameters = PatternParameters(),
                         .examples = {{"a1b22c333", "find(pattern='[0-9]+')", "1\n22\n333"},
                                      {"k=v", "find(pattern='k=(.*)', group=1)", "v"}},
                         .run = RunFind};
  operation.parameters.push_back({.name = "group",
                                  .summary = "The group in parentheses that is listed; 0 is the "
                                             "whole match.",
                                  .kind = Kind::kInteger,
                                  .default_value = "0",
                                  .max = kMaxGroup});
  return operation;
}

Operation Replace() {
  Operation operation = {
      .id = "replace",
      .name = "Find and replace",
      .aliases = {"Find / Replace", "sed"},
      .summary = "Puts another text in the place of what matches a pattern.",
      .takes = Data::kText,
      .gives = Data::kText,
      .cost = Cost::kHeavy,
      .parameters = PatternParameters(),
      .examples = {{"2026-11-28", R"(replace(pattern='(\d+)-(\d+)-(\d+)', replacement='\3/\2/\1'))",
                    "28/11/2026"}},
      .run = RunReplace};
  operation.parameters.push_back({.name = "replacement",
                                  .summary = "What takes its place; \\1 to \\9 stand for groups, "
                                             "\\0 for the match."});
  operation.parameters.push_back({.name = "all",
                                  .summary = "Whether all matches are replaced, or the first.",
                                  .kind = Kind::kFlag,
                                  .default_value = "true"});
  return operation;
}

}  // namespace triad::transform
