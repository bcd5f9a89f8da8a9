#include "cli/table/help.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace triad::cli {
namespace {

constexpr std::size_t kMaxLeftColumn = 26;
constexpr std::size_t kLineWidth = 92;

using Lines = std::vector<std::pair<std::string, std::string>>;

// `text` in lines that fit to the right of a column of `indent` characters.
std::string Wrapped(absl::string_view text, std::size_t indent) {
  std::string result;
  std::size_t column = indent;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    bool first = column == indent;
    if (!first && column + 1 + word.size() > kLineWidth) {
      absl::StrAppend(&result, "\n", std::string(indent, ' '));
      column = indent;
      first = true;
    }
    absl::StrAppend(&result, first ? "" : " ", word);
    column += word.size() + (first ? 0 : 1);
  }
  return result;
}

// Two columns, below a heading. Nothing for no lines.
std::string Section(absl::string_view heading, const Lines& lines, const Colours& colours) {
  if (lines.empty()) return "";
  std::size_t width = 0;
  for (const auto& [left, right] : lines) {
    if (left.size() <= kMaxLeftColumn) width = std::max(width, left.size());
  }
  std::string text = absl::StrCat("\n", colours(Style::kBold, heading), "\n");
  for (const auto& [left, right] : lines) {
    bool fits = left.size() <= width;
    std::string gap = fits ? std::string(width - left.size() + 2, ' ')
                           : absl::StrCat("\n", std::string(width + 4, ' '));
    absl::StrAppend(&text, "  ", left, gap, Wrapped(right, width + 4), "\n");
  }
  return text;
}

std::string FlagLeft(const Flag& flag) {
  std::string letter = flag.letter == 0 ? "" : absl::StrCat("-", std::string(1, flag.letter), ", ");
  return absl::StrCat(letter, "--", flag.name, flag.value.empty() ? "" : " ", flag.value);
}

std::string FlagRight(const Flag& flag) {
  return absl::StrCat(flag.help, flag.repeated ? "; may be repeated" : "",
                      flag.environment.empty() ? "" : absl::StrCat(" [", flag.environment, "]"));
}

Lines FlagLines(const std::vector<Flag>& flags) {
  Lines lines;
  for (const Flag& flag : flags) lines.emplace_back(FlagLeft(flag), FlagRight(flag));
  return lines;
}

std::string Usage(const Command& command) {
  std::string text = absl::StrCat("triadctl ", command.words);
  for (const Argument& argument : command.arguments) {
    absl::StrAppend(&text, " ", argument.optional ? "[" : "", argument.name,
                    argument.repeated ? "..." : "", argument.optional ? "]" : "");
  }
  if (!command.flags.empty()) absl::StrAppend(&text, " [flags]");
  return text;
}

std::string Examples(absl::string_view examples, const Colours& colours) {
  std::string text = absl::StrCat("\n", colours(Style::kBold, "Examples"), "\n");
  for (absl::string_view line : absl::StrSplit(examples, '\n')) {
    absl::StrAppend(&text, "  ", line, "\n");
  }
  return text;
}

// All but the flags that every command takes.
std::string CommandPart(const Command& command, const Colours& colours) {
  std::string text = absl::StrCat(command.summary, ".\n");
  if (!command.details.empty()) absl::StrAppend(&text, "\n", command.details, "\n");
  absl::StrAppend(&text, "\n", colours(Style::kBold, "Usage"), "\n  ", Usage(command), "\n");
  Lines arguments;
  for (const Argument& one : command.arguments) arguments.emplace_back(one.name, one.help);
  absl::StrAppend(&text, Section("Arguments", arguments, colours),
                  Section("Flags", FlagLines(command.flags), colours),
                  Examples(command.examples, colours));
  return text;
}

std::string GlobalPart(const Colours& colours) {
  Lines codes;
  for (const ExitCodeRow& row : ExitCodes()) {
    codes.emplace_back(absl::StrCat(static_cast<int>(row.code)), row.meaning);
  }
  return absl::StrCat(Section("Flags of every command", FlagLines(GlobalFlags()), colours),
                      Section("Exit codes", codes, colours));
}

bool IsBelow(absl::string_view words, absl::string_view group) {
  return group.empty() || absl::StartsWith(words, absl::StrCat(group, " "));
}

}  // namespace

std::string CommandHelp(const Command& command, const Colours& colours) {
  return absl::StrCat(CommandPart(command, colours),
                      Section("Flags of every command", FlagLines(GlobalFlags()), colours));
}

std::string GroupHelp(const CommandTable& table, absl::string_view words, const Colours& colours) {
  const Group* group = table.FindGroup(words);
  Lines lines;
  for (const Command& command : table.commands()) {
    if (!command.hidden && IsBelow(command.words, words)) {
      lines.emplace_back(command.words, command.summary);
    }
  }
  std::string summary(group == nullptr ? "Triad's command line" : group->summary);
  return absl::StrCat(summary, ".\n", Section("Commands", lines, colours),
                      words.empty() ? GlobalPart(colours) : "", "\n'triadctl ", words,
                      words.empty() ? "" : " ",
                      "COMMAND -h' says more of one, 'triadctl help all' everything.\n");
}

std::string ManualText(const CommandTable& table, const Colours& colours) {
  std::string text = GroupHelp(table, "", colours);
  for (const Command& command : table.commands()) {
    if (command.hidden) continue;
    absl::StrAppend(&text, "\n\n", colours(Style::kBold, absl::StrCat("triadctl ", command.words)),
                    "\n\n", CommandPart(command, colours));
  }
  return text;
}

}  // namespace triad::cli
