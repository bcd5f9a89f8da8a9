#include "services/transform/engine/saved/check.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"
#include "services/transform/engine/catalogue.h"
#include "services/transform/engine/problem.h"
#include "services/transform/engine/recipe/language.h"
#include "services/transform/engine/recipe/plan.h"
#include "services/transform/engine/recipe/run.h"
#include "services/transform/engine/saved/arguments_of.h"

namespace triad::transform {
namespace {

// Of what a test gave, in an error.
constexpr std::size_t kShownBytes = 200;

const Parameter* SecretAmong(const std::vector<Parameter>& parameters) {
  auto found = std::find_if(parameters.begin(), parameters.end(), [](const Parameter& parameter) {
    return parameter.kind == Kind::kSecret;
  });
  return found == parameters.end() ? nullptr : &*found;
}

// Whether it is one variable and nothing else.
bool IsVariable(const Template& text) {
  return text.names().size() == 1 && text.Fill({{text.names()[0], ""}}).empty();
}

class SecretCheck {
 public:
  explicit SecretCheck(const std::vector<Parameter>& parameters) : parameters_(parameters) {}

  // `recipe` can be planned.
  absl::Status Check(const Recipe& recipe) const {
    for (std::size_t i = 0; i < recipe.size(); ++i) {
      const Operation& operation = *FindOperation(recipe[i].operation);
      for (const Parameter& parameter : operation.parameters) {
        auto given = recipe[i].arguments.find(parameter.name);
        if (given == recipe[i].arguments.end()) continue;
        TRIAD_ASSIGN_OR_RETURN(Template text, Template::Parse(given->second));
        absl::Status checked =
            parameter.kind == Kind::kSecret ? CheckSecret(text) : CheckOther(text);
        if (!checked.ok()) return InvalidField(FieldOf(i, parameter.name), checked.message());
      }
    }
    return absl::OkStatus();
  }

 private:
  enum class Source { kSecret, kParameter, kStep };

  Source SourceOf(absl::string_view variable) const {
    for (const Parameter& parameter : parameters_) {
      if (parameter.name != variable) continue;
      return parameter.kind == Kind::kSecret ? Source::kSecret : Source::kParameter;
    }
    return Source::kStep;
  }

  absl::Status CheckSecret(const Template& text) const {
    if (IsVariable(text) && SourceOf(text.names()[0]) != Source::kParameter) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(
        "must be '${name}' of a parameter of KIND_SECRET, as a secret is never saved: the call "
        "gives it");
  }

  // What other kinds are told may stand in errors.
  absl::Status CheckOther(const Template& text) const {
    for (const std::string& name : text.names()) {
      if (SourceOf(name) != Source::kSecret) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("must not have the secret '", name, "' in it, as it is not of KIND_SECRET"));
    }
    return absl::OkStatus();
  }

  const std::vector<Parameter>& parameters_;
};

absl::Status CheckSizes(const SavedContent& content) {
  if (content.text.empty() || content.text.size() > kMaxTextBytes) {
    return InvalidField("recipe.recipe", absl::StrCat("must be 1 to ", kMaxTextBytes, " bytes"));
  }
  if (content.text.find('\0') != std::string::npos) {
    return InvalidField("recipe.recipe", "must have no character NUL");
  }
  if (content.tests.size() > kMaxTests) {
    return InvalidField("recipe.tests", absl::StrCat("must be at most ", kMaxTests, " tests"));
  }
  std::size_t bytes = 0;
  for (const RecipeTest& test : content.tests) {
    bytes += test.input.size() + test.output.size();
    for (const auto& [name, text] : test.arguments) bytes += name.size() + text.size();
  }
  if (bytes <= kMaxTestBytes) return absl::OkStatus();
  return InvalidField("recipe.tests",
                      absl::StrCat("must have at most ", kMaxTestBytes, " bytes together"));
}

std::string DifferenceOf(absl::string_view output, absl::string_view expected) {
  auto common =
      std::mismatch(output.begin(), output.end(), expected.begin(), expected.end()).first -
      output.begin();
  bool shown = output.size() <= kShownBytes && IsValidUtf8(output);
  return absl::StrCat("gives ", output.size(), " bytes, which are others from byte ", common,
                      " on than the ", expected.size(), " that it expects",
                      shown ? absl::StrCat(": '", output, "'") : "");
}

class Tester {
 public:
  Tester(const SavedContent& content, const Recipe& recipe, const Limits& limits,
         RunningBytes& memory, Cancelled cancelled)
      : content_(content),
        recipe_(recipe),
        limits_(limits),
        memory_(memory),
        cancelled_(cancelled),
        time_(limits.max_time) {}

  absl::Status RunAll() const {
    if (content_.tests.empty()) return absl::OkStatus();
    if (const Parameter* secret = SecretAmong(content_.parameters)) {
      return InvalidField("recipe.tests",
                          absl::StrCat("must be empty, as what a test gives is saved, and '",
                                       secret->name, "' is a secret"));
    }
    for (std::size_t i = 0; i < content_.tests.size(); ++i) {
      TRIAD_RETURN_IF_ERROR(Run(content_.tests[i], absl::StrCat("recipe.tests[", i, "]")));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Run(const RecipeTest& test, const std::string& field) const {
    RunOptions options = {.limits = limits_};
    options.limits.max_time = time_.left();
    TRIAD_ASSIGN_OR_RETURN(options.given, VariablesOf(absl::StrCat(field, ".arguments"),
                                                      content_.parameters, test.arguments));
    absl::StatusOr<RunResult> result = RunRecipe(test.input, recipe_, options, memory_, cancelled_);
    absl::Status failure = result.status();
    if (result.ok() && result->failure) failure = result->failure->status;
    bool wrong = absl::IsInvalidArgument(failure) || absl::IsResourceExhausted(failure);
    if (wrong && !MayBeRetried(failure)) {
      return InvalidField(field, absl::StrCat("fails: ", failure.message()));
    }
    if (!failure.ok()) return Annotate(failure, absl::StrCat(field, ": "));
    if (result->output == test.output) return absl::OkStatus();
    return InvalidField(field, DifferenceOf(result->output, test.output));
  }

  const SavedContent& content_;
  const Recipe& recipe_;
  const Limits& limits_;
  RunningBytes& memory_;
  const Cancelled cancelled_;
  const Countdown time_;
};

}  // namespace

absl::Status CheckSaved(const SavedContent& content, const Limits& limits, RunningBytes& memory,
                        Cancelled cancelled) {
  TRIAD_RETURN_IF_ERROR(CheckSizes(content));
  TRIAD_RETURN_IF_ERROR(CheckParameters("recipe.parameters", content.parameters));
  absl::StatusOr<Recipe> recipe = ParseRecipe(content.text);
  if (!recipe.ok()) return InvalidField("recipe.recipe", recipe.status().message());
  TRIAD_ASSIGN_OR_RETURN(Given given, DefaultsOf(content.parameters));
  TRIAD_RETURN_IF_ERROR(Plan(*recipe, limits.max_steps, given).status());
  TRIAD_RETURN_IF_ERROR(SecretCheck(content.parameters).Check(*recipe));
  return Tester(content, *recipe, limits, memory, cancelled).RunAll();
}

}  // namespace triad::transform
