#include "cli/table/command.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace triad::cli {
namespace {

template <typename Row>
const Row* FindWords(const std::vector<Row>& rows, absl::string_view words) {
  auto found = std::find_if(rows.begin(), rows.end(),
                            [words](const Row& row) { return row.words == words; });
  return found == rows.end() ? nullptr : &*found;
}

template <typename Matches>
const Flag* FindFlagThat(const Command* command, Matches matches) {
  if (command != nullptr) {
    auto own = std::find_if(command->flags.begin(), command->flags.end(), matches);
    if (own != command->flags.end()) return &*own;
  }
  const std::vector<Flag>& global = GlobalFlags();
  auto found = std::find_if(global.begin(), global.end(), matches);
  return found == global.end() ? nullptr : &*found;
}

}  // namespace

CommandTable::CommandTable(std::vector<Group> groups, std::vector<Command> commands)
    : groups_(std::move(groups)), commands_(std::move(commands)) {}

const Command* CommandTable::Find(absl::string_view words) const {
  return FindWords(commands_, words);
}

const Group* CommandTable::FindGroup(absl::string_view words) const {
  return FindWords(groups_, words);
}

std::vector<std::string> CommandTable::WordsAfter(absl::string_view words) const {
  std::string prefix = words.empty() ? "" : absl::StrCat(words, " ");
  std::vector<std::string> result;
  for (const Command& command : commands_) {
    absl::string_view rest = command.words;
    if (command.hidden || !absl::ConsumePrefix(&rest, prefix)) continue;
    std::string word(rest.substr(0, rest.find(' ')));
    if (result.empty() || result.back() != word) result.push_back(std::move(word));
  }
  return result;
}

const std::vector<Flag>& GlobalFlags() {
  static const auto& flags = *new std::vector<Flag>{
      {"server",
       "URL",
       "http://HOST:PORT or https://HOST:PORT of the gateway, or grpc://HOST:PORT of the service"
       " itself (default http://127.0.0.1:4545)",
       FlagType::kText,
       {},
       0,
       false,
       "TRIADCTL_SERVER"},
      {"profile",
       "NAME",
       "of the file of profiles; see 'triadctl profile'",
       FlagType::kText,
       {},
       0,
       false,
       "TRIADCTL_PROFILE"},
      {"token-file",
       "FILE",
       "file with the bearer token, in its first line",
       FlagType::kFile,
       {},
       0,
       false,
       "TRIAD_TOKEN_FILE"},
      {"ca-file",
       "FILE",
       "certificates that https trusts (default: the system's)",
       FlagType::kFile,
       {},
       0,
       false,
       "TRIADCTL_CA_FILE"},
      {"namespace",
       "NS",
       "of arguments that name none",
       FlagType::kText,
       {},
       'n',
       false,
       "TRIADCTL_NAMESPACE"},
      {"output",
       "FORMAT",
       "table, json or yaml (default table)",
       FlagType::kText,
       {"table", "json", "yaml"},
       'o',
       false,
       "TRIADCTL_OUTPUT"},
      {"wait",
       "DURATION",
       "how long a server that is away is waited for (default 0s)",
       FlagType::kDuration,
       {},
       0,
       false,
       "TRIADCTL_WAIT"},
      {"timeout",
       "DURATION",
       "how long an answer may take (default 30s)",
       FlagType::kDuration,
       {},
       0,
       false,
       "TRIADCTL_TIMEOUT"},
      {"help", "", "says what a command does, wherever it stands", FlagType::kSwitch, {}, 'h'},
  };
  return flags;
}

const Flag* FindFlag(const Command* command, absl::string_view name) {
  return FindFlagThat(command, [name](const Flag& flag) { return flag.name == name; });
}

const Flag* FindFlag(const Command* command, char letter) {
  return FindFlagThat(command, [letter](const Flag& flag) { return flag.letter == letter; });
}

}  // namespace triad::cli
