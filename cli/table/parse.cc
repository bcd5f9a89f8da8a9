#include "cli/table/parse.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "cli/table/suggest.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

std::string DidYouMean(absl::string_view word, const std::vector<std::string>& known) {
  std::string nearest = Nearest(word, known);
  return nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?");
}

std::string SeeHelp(absl::string_view words) {
  return absl::StrCat("; see 'triadctl ", words, words.empty() ? "-h'" : " -h'");
}

std::vector<std::string> FlagNames(const Command* command) {
  std::vector<std::string> names;
  if (command != nullptr) {
    for (const Flag& flag : command->flags) names.push_back(absl::StrCat("--", flag.name));
  }
  for (const Flag& flag : GlobalFlags()) names.push_back(absl::StrCat("--", flag.name));
  return names;
}

bool IsNumber(absl::string_view text) {
  double number = 0;
  return absl::SimpleAtod(text, &number);
}

absl::Status CheckChoice(absl::string_view source, const std::vector<absl::string_view>& choices,
                         absl::string_view text) {
  bool known = std::find(choices.begin(), choices.end(), text) != choices.end();
  if (choices.empty() || known) return absl::OkStatus();
  return UsageError(absl::StrCat(source, ": must be ", absl::StrJoin(choices, " or "), ", not '",
                                 text, "'", DidYouMean(text, {choices.begin(), choices.end()})));
}

class Parser {
 public:
  Parser(const CommandTable& table, const std::vector<std::string>& args)
      : table_(table), args_(args) {
    auto end = std::find(args.begin(), args.end(), "--");
    help_wanted_ = std::any_of(
        args.begin(), end, [](const std::string& arg) { return arg == "-h" || arg == "--help"; });
  }

  absl::StatusOr<Invocation> Run() {
    for (; at_ < args_.size(); ++at_) {
      const std::string& arg = args_[at_];
      if (!flags_ended_ && arg == "--") {
        flags_ended_ = true;
      } else if (!flags_ended_ && arg.size() > 1 && arg[0] == '-' && !IsNumber(arg)) {
        absl::Status taken = TakeFlag(arg);
        if (!taken.ok() && !help_wanted_) return taken;
      } else {
        TRIAD_RETURN_IF_ERROR(TakeWord(arg));
      }
    }
    if (result_.help || result_.command == nullptr) return std::move(result_);
    TRIAD_RETURN_IF_ERROR(CheckFlags());
    TRIAD_RETURN_IF_ERROR(CheckArguments());
    return std::move(result_);
  }

 private:
  // A word of the command as long as there may be one, then an argument.
  absl::Status TakeWord(const std::string& word) {
    if (result_.command != nullptr && (flags_ended_ || !result_.arguments.empty())) {
      result_.arguments.push_back(word);
      return absl::OkStatus();
    }
    std::string words = result_.words.empty() ? word : absl::StrCat(result_.words, " ", word);
    std::vector<std::string> known = table_.WordsAfter(result_.words);
    const Command* command = table_.Find(words);
    if (command != nullptr || std::find(known.begin(), known.end(), word) != known.end()) {
      result_.words = words;
      result_.command = command;
      return absl::OkStatus();
    }
    if (result_.command != nullptr) {
      result_.arguments.push_back(word);
      return absl::OkStatus();
    }
    return UsageError(absl::StrCat("there is no command '", words, "'", DidYouMean(word, known),
                                   SeeHelp(result_.words)));
  }

  absl::Status TakeFlag(absl::string_view arg) {
    std::string source;
    const Flag* flag = nullptr;
    absl::string_view rest;
    if (absl::StartsWith(arg, "--")) {
      std::size_t equals = arg.find('=');
      source = std::string(arg.substr(0, equals));
      flag = FindFlag(result_.command, absl::string_view(source).substr(2));
      if (equals != absl::string_view::npos) rest = arg.substr(equals);
    } else {
      source = std::string(arg.substr(0, 2));
      flag = FindFlag(result_.command, arg[1]);
      rest = arg.substr(2);
    }
    if (flag == nullptr) return UnknownFlag(source);
    sources_.emplace(flag->name, source);
    if (flag->type == FlagType::kSwitch) return TakeSwitch(*flag, source, rest);
    return TakeValue(*flag, source, rest);
  }

  absl::Status UnknownFlag(const std::string& source) const {
    std::string of = result_.words.empty() ? "triadctl" : result_.words;
    std::string advice = DidYouMean(source, FlagNames(result_.command));
    return UsageError(absl::StrCat("'", of, "' takes no ", source,
                                   advice.empty() ? ": leave it out" : advice,
                                   SeeHelp(result_.words)));
  }

  // A command whose words are more may not take what stood behind the first of them.
  absl::Status CheckFlags() const {
    for (const auto& [name, source] : sources_) {
      if (FindFlag(result_.command, name) == nullptr) return UnknownFlag(source);
    }
    return absl::OkStatus();
  }

  absl::Status TakeSwitch(const Flag& flag, absl::string_view source, absl::string_view rest) {
    if (!rest.empty()) return UsageError(absl::StrCat(source, ": takes no value"));
    if (flag.name == "help") result_.help = true;
    result_.flags.Add(flag.name, "true");
    return absl::OkStatus();
  }

  absl::Status TakeValue(const Flag& flag, absl::string_view source, absl::string_view rest) {
    bool attached = absl::ConsumePrefix(&rest, "=") || !rest.empty();
    if (!attached && at_ + 1 == args_.size()) {
      return UsageError(absl::StrCat(source, ": expected ", flag.value, SeeHelp(result_.words)));
    }
    std::string text = attached ? std::string(rest) : args_[++at_];
    TRIAD_RETURN_IF_ERROR(CheckFlag(flag, source, text));
    result_.flags.Add(flag.name, text);
    return absl::OkStatus();
  }

  absl::Status CheckArguments() const {
    const std::vector<Argument>& expected = result_.command->arguments;
    std::size_t given = result_.arguments.size();
    if (given < expected.size() && !expected[given].optional) {
      return UsageError(absl::StrCat("'", result_.words, "' needs ", expected[given].name, ": ",
                                     expected[given].help, SeeHelp(result_.words)));
    }
    for (std::size_t i = 0; i < std::min(given, expected.size()); ++i) {
      TRIAD_RETURN_IF_ERROR(
          CheckChoice(expected[i].name, expected[i].choices, result_.arguments[i]));
    }
    bool any_number = std::any_of(expected.begin(), expected.end(),
                                  [](const Argument& one) { return one.repeated; });
    if (given <= expected.size() || any_number) return absl::OkStatus();
    return UsageError(absl::StrCat("'", result_.words, "' takes ", expected.size(),
                                   expected.size() == 1 ? " argument, not " : " arguments, not ",
                                   given, SeeHelp(result_.words)));
  }

  const CommandTable& table_;
  const std::vector<std::string>& args_;
  // Who asks for help gets it, whatever is wrong with the flags.
  bool help_wanted_ = false;
  std::size_t at_ = 0;
  bool flags_ended_ = false;
  std::map<absl::string_view, std::string> sources_;  // of flags by name, as they are written
  Invocation result_;
};

}  // namespace

void FlagValues::Add(absl::string_view name, absl::string_view text) {
  given_.emplace_back(name, text);
}

bool FlagValues::Has(absl::string_view name) const {
  return std::any_of(given_.begin(), given_.end(),
                     [name](const auto& one) { return one.first == name; });
}

std::string FlagValues::Text(absl::string_view name, absl::string_view otherwise) const {
  std::vector<std::string> all = All(name);
  return all.empty() ? std::string(otherwise) : all.back();
}

std::int64_t FlagValues::Integer(absl::string_view name, std::int64_t otherwise) const {
  std::int64_t number = otherwise;
  std::vector<std::string> all = All(name);
  if (!all.empty() && !absl::SimpleAtoi(all.back(), &number)) return otherwise;
  return number;
}

absl::Duration FlagValues::Duration(absl::string_view name, absl::Duration otherwise) const {
  absl::Duration duration = otherwise;
  std::vector<std::string> all = All(name);
  if (!all.empty() && !absl::ParseDuration(all.back(), &duration)) return otherwise;
  return duration;
}

std::vector<std::string> FlagValues::All(absl::string_view name) const {
  std::vector<std::string> all;
  for (const auto& [flag, text] : given_) {
    if (flag == name) all.push_back(text);
  }
  return all;
}

absl::StatusOr<Invocation> Parse(const CommandTable& table, const std::vector<std::string>& args) {
  return Parser(table, args).Run();
}

absl::Status CheckFlag(const Flag& flag, absl::string_view source, absl::string_view text) {
  std::int64_t number = 0;
  absl::Duration duration;
  if (flag.type == FlagType::kInteger && (!absl::SimpleAtoi(text, &number) || number < 0)) {
    return UsageError(absl::StrCat(source, ": expected a whole number, not '", text, "'"));
  }
  if (flag.type == FlagType::kDuration &&
      (!absl::ParseDuration(text, &duration) || duration < absl::ZeroDuration())) {
    return UsageError(
        absl::StrCat(source, ": expected a duration such as 10s, 5m or 1h, not '", text, "'"));
  }
  return CheckChoice(source, flag.choices, text);
}

}  // namespace triad::cli
