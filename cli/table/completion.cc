#include "cli/table/completion.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace triad::cli {
namespace {

// Bash cuts words at ':' and '=' by itself: they are joined again at ':', and what it completes
// is what stands behind the last one, or behind the quote that a word begins with, within which
// it cuts nothing. An answer's first line is "files" or "words".
constexpr absl::string_view kBash =
    R"(# triadctl's completion for bash: source <(triadctl completion bash)
_triadctl() {
  local answer line word begun open
  local -a words=()
  COMPREPLY=()
  for word in "${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ ${#words[@]} -gt 0 && ( $open || $word = :* ) ]]; then
      words[-1]+=$word
    else
      words+=("$word")
    fi
    if [[ $word = *: ]]; then open=1; else open=; fi
  done
  begun=${words[-1]%"${words[-1]##*:}"}
  if [[ ${words[-1]} = [\'\"]* ]]; then begun=; fi
  mapfile -t answer < <(triadctl __complete -- "${words[@]}" 2>/dev/null)
  if [ "${answer[0]}" = files ]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
    return
  fi
  for line in "${answer[@]:1}"; do
    line=${line%%$'\t'*}
    COMPREPLY+=("${line#"$begun"}")
  done
  if [ ${#COMPREPLY[@]} = 1 ] && [[ ${COMPREPLY[0]} = */ ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _triadctl triadctl
)";

constexpr absl::string_view kZsh = R"(#compdef triadctl
# triadctl's completion for zsh: source <(triadctl completion zsh), after compinit
_triadctl() {
  local -a answer candidates
  local line
  answer=("${(@f)$(triadctl __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $answer[1] = files ]]; then
    _files
    return
  fi
  for line in "${(@)answer[2,-1]}"; do
    [[ -n $line ]] && candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  _describe triadctl candidates
}
if [[ $funcstack[1] = _triadctl ]]; then _triadctl "$@"; else compdef _triadctl triadctl; fi
)";

// Where the words before the last one lead.
struct Place {
  std::string words;  // of the command
  const Command* command = nullptr;
  std::size_t arguments = 0;   // that were given already
  const Flag* flag = nullptr;  // whose value comes next
  bool flags_ended = false;
};

const Flag* FlagOf(const Command* command, absl::string_view word) {
  if (absl::ConsumePrefix(&word, "--")) return FindFlag(command, word);
  return word.size() == 2 && word[0] == '-' ? FindFlag(command, word[1]) : nullptr;
}

Place Walk(const CommandTable& table, const std::vector<std::string>& words) {
  Place place;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (std::exchange(place.flag, nullptr) != nullptr) continue;
    if (!place.flags_ended && absl::StartsWith(word, "-")) {
      place.flags_ended = word == "--";
      const Flag* flag = FlagOf(place.command, word);
      if (flag != nullptr && flag->type != FlagType::kSwitch) place.flag = flag;
      continue;
    }
    std::string longer = place.words.empty() ? word : absl::StrCat(place.words, " ", word);
    if (place.arguments > 0) {
      ++place.arguments;
    } else if (table.Find(longer) != nullptr || !table.WordsAfter(longer).empty()) {
      place.words = longer;
      place.command = table.Find(longer);
    } else {
      ++place.arguments;
    }
  }
  return place;
}

// A file, or what can be one.
bool TakesFiles(const Argument& argument) {
  return argument.name == "FILE" || argument.name == "SOURCE" || argument.name == "DESTINATION";
}

class Completer {
 public:
  Completer(const CommandTable& table, Session& session, absl::string_view begun)
      : table_(table), session_(session), begun_(begun) {}

  Completions Run(const Place& place) {
    if (place.flag != nullptr) {
      OfValue(*place.flag);
    } else if (!place.flags_ended && absl::StartsWith(begun_, "-")) {
      OfFlags(place.command);
    } else {
      if (place.arguments == 0) OfWords(place.words);
      if (place.command != nullptr) OfArgument(*place.command, place.arguments);
    }
    return std::move(result_);
  }

 private:
  void Add(absl::string_view text, absl::string_view help) {
    if (absl::StartsWith(text, begun_)) {
      result_.candidates.push_back({std::string(text), std::string(help)});
    }
  }

  void OfValue(const Flag& flag) {
    result_.files = flag.type == FlagType::kFile;
    for (absl::string_view choice : flag.choices) Add(choice, "");
    AddAll(flag.candidates);
  }

  void OfFlags(const Command* command) {
    for (const Flag& flag : GlobalFlags()) Add(absl::StrCat("--", flag.name), flag.help);
    if (command == nullptr) return;
    for (const Flag& flag : command->flags) Add(absl::StrCat("--", flag.name), flag.help);
  }

  void OfWords(const std::string& words) {
    for (const std::string& word : table_.WordsAfter(words)) {
      std::string longer = words.empty() ? word : absl::StrCat(words, " ", word);
      const Command* command = table_.Find(longer);
      const Group* group = table_.FindGroup(longer);
      Add(word, command != nullptr ? command->summary : group != nullptr ? group->summary : "");
    }
  }

  void OfArgument(const Command& command, std::size_t index) {
    if (command.arguments.empty()) return;
    const std::vector<Argument>& all = command.arguments;
    bool any_number =
        std::any_of(all.begin(), all.end(), [](const Argument& one) { return one.repeated; });
    bool beyond = index >= all.size();
    if (beyond && !any_number) return;
    const Argument& argument = beyond ? all.back() : all[index];
    for (absl::string_view choice : argument.choices) Add(choice, "");
    AddAll(argument.candidates);
    result_.files = TakesFiles(argument) && result_.candidates.empty();
  }

  void AddAll(Candidates candidates) {
    if (candidates == nullptr) return;
    for (const std::string& one : candidates(session_, begun_)) Add(one, "");
  }

  const CommandTable& table_;
  Session& session_;
  const absl::string_view begun_;
  Completions result_;
};

}  // namespace

std::string CompletionScript(absl::string_view shell) {
  if (shell == "bash") return std::string(kBash);
  if (shell == "zsh") return std::string(kZsh);
  return "";
}

Completions Complete(const CommandTable& table, Session& session,
                     const std::vector<std::string>& words) {
  if (words.empty()) return Complete(table, session, {""});
  // A word is as it was typed, with the quote that it begins with; what shells put in its place
  // stands behind that.
  absl::string_view begun = words.back();
  if (!begun.empty() && (begun[0] == '\'' || begun[0] == '"')) begun.remove_prefix(1);
  return Completer(table, session, begun).Run(Walk(table, words));
}

}  // namespace triad::cli
