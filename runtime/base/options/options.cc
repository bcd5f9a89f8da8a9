#include "runtime/base/options/options.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "runtime/base/status.h"
#include "runtime/base/version.h"

namespace triad {
namespace {

using Values = std::vector<std::string>;

absl::Status Expected(absl::string_view what, absl::string_view value) {
  return absl::InvalidArgumentError(absl::StrCat("expected ", what, ", not '", value, "'"));
}

absl::Status Assign(const std::string& text, std::string* value) {
  *value = text;
  return absl::OkStatus();
}

absl::Status Assign(const std::string& text, bool* value) {
  if (absl::SimpleAtob(text, value)) return absl::OkStatus();
  return Expected("true or false", text);
}

absl::Status Assign(const std::string& text, std::int64_t* value) {
  if (absl::SimpleAtoi(text, value)) return absl::OkStatus();
  return Expected("a whole number", text);
}

absl::Status Assign(const std::string& text, double* value) {
  if (absl::SimpleAtod(text, value) && std::isfinite(*value)) return absl::OkStatus();
  return Expected("a number", text);
}

absl::Status Assign(const std::string& text, absl::Duration* value) {
  if (absl::ParseDuration(text, value) && *value >= absl::ZeroDuration()) return absl::OkStatus();
  return Expected("a duration such as 250ms, 10s or 5m", text);
}

// The last one wins, so that a flag can be appended to a command that has it.
template <typename T>
auto ApplyLast(T* value) {
  return [value](const Values& texts) { return Assign(texts.back(), value); };
}

auto ApplyList(std::vector<std::string>* value) {
  return [value](const Values& texts) {
    value->clear();
    for (const std::string& text : texts) {
      for (absl::string_view item : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
        value->emplace_back(absl::StripAsciiWhitespace(item));
      }
    }
    return absl::OkStatus();
  };
}

// OK if `value` is in `range`; the one wording for what is not.
template <typename T>
absl::Status CheckRange(T value, const Range<T>& range) {
  if (value >= range.min && value <= range.max) return absl::OkStatus();
  if (range.max == Range<T>().max) {
    return absl::InvalidArgumentError(absl::StrCat("must be at least ", range.min));
  }
  return absl::InvalidArgumentError(absl::StrCat("must be ", range.min, " to ", range.max));
}

std::string EnvironmentName(absl::string_view flag) {
  return absl::StrCat("TRIAD_", absl::AsciiStrToUpper(flag));
}

std::string OneLine(absl::string_view text) {
  return absl::StrReplaceAll(absl::StripAsciiWhitespace(text), {{"\r", ""}, {"\n", " "}});
}

absl::Status Prefixed(absl::string_view source, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::InvalidArgumentError(absl::StrCat(source, ": ", OneLine(status.message())));
}

// `--listen TEXT`: CLI11 would add the defaults and counts that it thinks of.
class HelpFormatter final : public CLI::Formatter {
 public:
  HelpFormatter() { column_width(32); }
  std::string make_option_opts(const CLI::Option* option) const override {
    return absl::StrCat(" ", option->get_type_name());
  }
};

}  // namespace

OptionParser::OptionParser(absl::string_view program, absl::string_view summary)
    : program_(program), app_(std::make_unique<CLI::App>(std::string(summary), program_)) {
  app_->allow_extras();
  app_->formatter(std::make_shared<HelpFormatter>());
  app_->set_help_flag("--help", "Print this and exit");
  const BuildInfo& build = GetBuildInfo();
  app_->set_version_flag(
      "--version",
      absl::StrCat(program_, " ", build.version, " (", build.commit, ", ", build.compiler, ")"),
      "Print the version and exit");
}

OptionParser::~OptionParser() = default;

CLI::Option& OptionParser::Declare(absl::string_view name, absl::string_view type,
                                   absl::string_view help, absl::string_view initial, Apply apply) {
  Option& option = options_.emplace_back();
  option.name = std::string(name);
  option.apply = std::move(apply);
  std::string shown = initial.empty() ? "none" : std::string(initial);
  return *app_->add_option(absl::StrCat("--", name), option.texts,
                           absl::StrCat(help, " (default ", shown, ", environment ",
                                        EnvironmentName(name), ")"))
              ->type_name(std::string(type))
              ->allow_extra_args(false);
}

absl::Status OptionParser::Collect(const std::vector<std::string>& arguments) {
  // CLI11 takes the arguments last first. It also reads `--flag=` as a flag
  // whose value follows; an empty value must be an argument of its own.
  for (Option& option : options_) option.texts.clear();
  std::vector<std::string> reversed;
  for (auto it = arguments.rbegin(); it != arguments.rend(); ++it) {
    bool empty_value = it->size() > 3 && it->rfind("--", 0) == 0 && it->back() == '=' &&
                       it->find('=') == it->size() - 1;
    if (empty_value) reversed.emplace_back();
    reversed.push_back(empty_value ? it->substr(0, it->size() - 1) : *it);
  }
  try {
    app_->parse(reversed);
  } catch (const CLI::CallForHelp&) {
    return absl::CancelledError(app_->help());
  } catch (const CLI::CallForVersion& version) {
    return absl::CancelledError(absl::StrCat(version.what(), "\n"));
  } catch (const CLI::ArgumentMismatch& mismatch) {
    std::string text = mismatch.what();
    return absl::InvalidArgumentError(
        absl::StrCat(text.substr(0, text.find(':')), ": expected a value; see --help"));
  } catch (const CLI::ParseError& error) {
    return absl::InvalidArgumentError(OneLine(error.what()));
  }
  if (const std::vector<std::string> extra = app_->remaining(); !extra.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown argument '", OneLine(extra.front()), "'; see --help"));
  }
  return absl::OkStatus();
}

absl::Status OptionParser::Set(const Option& option) {
  std::string source = absl::StrCat("--", option.name);
  std::vector<std::string> texts = option.texts;
  if (texts.empty()) {
    source = EnvironmentName(option.name);
    const char* text = std::getenv(source.c_str());
    if (text == nullptr || *text == '\0') return absl::OkStatus();
    texts.emplace_back(text);
  }
  return Prefixed(source, option.apply(texts));
}

absl::Status OptionParser::Parse(const std::vector<std::string>& arguments) {
  TRIAD_RETURN_IF_ERROR(Collect(arguments));
  for (const Option& option : options_) TRIAD_RETURN_IF_ERROR(Set(option));
  for (const Option& option : options_) {
    for (const auto& check : option.checks) {
      TRIAD_RETURN_IF_ERROR(Prefixed(absl::StrCat("--", option.name), check()));
    }
  }
  return absl::OkStatus();
}

void OptionParser::Add(absl::string_view name, std::string* value, absl::string_view help) {
  Declare(name, "TEXT", help, *value, ApplyLast(value));
}

void OptionParser::Add(absl::string_view name, bool* value, absl::string_view help) {
  Declare(name, "BOOL", help, *value ? "true" : "false", ApplyLast(value))
      .expected(0, 1)
      ->default_str("true");
}

void OptionParser::Add(absl::string_view name, std::int64_t* value, absl::string_view help,
                       Range<std::int64_t> range) {
  Declare(name, "NUMBER", help, absl::StrCat(*value), ApplyLast(value));
  AddCheck(name, [value, range] { return CheckRange(*value, range); });
}

void OptionParser::Add(absl::string_view name, double* value, absl::string_view help,
                       Range<double> range) {
  Declare(name, "NUMBER", help, absl::StrCat(*value), ApplyLast(value));
  AddCheck(name, [value, range] { return CheckRange(*value, range); });
}

void OptionParser::Add(absl::string_view name, absl::Duration* value, absl::string_view help) {
  Declare(name, "DURATION", help, absl::FormatDuration(*value), ApplyLast(value));
}

void OptionParser::Add(absl::string_view name, std::vector<std::string>* value,
                       absl::string_view help) {
  Declare(name, "LIST", help, absl::StrJoin(*value, ","), ApplyList(value));
}

void OptionParser::AddChoice(absl::string_view name, std::string* value, absl::string_view help,
                             std::vector<std::string> choices) {
  Add(name, value, help);
  AddCheck(name, [value, choices = std::move(choices)] {
    if (absl::c_linear_search(choices, *value)) return absl::OkStatus();
    return absl::InvalidArgumentError(
        absl::StrCat("must be ", absl::StrJoin(choices, " or "), ", not '", *value, "'"));
  });
}

void OptionParser::Retired(absl::string_view name, absl::string_view instead) {
  absl::Status refusal = absl::InvalidArgumentError(absl::StrCat("is gone; use ", instead));
  Declare(name, "", "", "", [refusal](const Values&) { return refusal; }).group("");
}

void OptionParser::AddCheck(absl::string_view name, std::function<absl::Status()> check) {
  for (Option& option : options_) {
    if (option.name == name) return option.checks.push_back(std::move(check));
  }
  std::fprintf(stderr, "%s: a check for --%s, which is no option\n", program_.c_str(),
               std::string(name).c_str());
  std::abort();
}

void OptionParser::ParseOrExit(int argc, char** argv) {
  absl::Status status = Parse(std::vector<std::string>(argv + 1, argv + argc));
  if (status.ok()) return;
  std::string message(status.message());
  if (absl::IsCancelled(status)) {
    std::fputs(message.c_str(), stdout);
    std::exit(0);
  }
  std::fprintf(stderr, "%s: %s\n", program_.c_str(), message.c_str());
  std::exit(2);
}

void ExitWithError(absl::string_view program, const absl::Status& status) {
  std::string line = absl::StrCat(program, ": ", OneLine(status.message()), "\n");
  std::fputs(line.c_str(), stderr);
  std::fflush(nullptr);
  // Not std::exit: destructors of static objects must not meet threads that
  // still run.
  _exit(1);
}

}  // namespace triad
