#include "cli/transform/recipe_candidates.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/transform/recipe_outline.h"
#include "services/transform/engine/catalogue.h"
#include "services/transform/engine/recipe/notation.h"

namespace triad::cli {
namespace {

using transform::Kind;
using transform::Operation;
using transform::Parameter;
using Words = std::vector<std::string>;

bool IsName(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), transform::IsNameCharacter);
}

void AddOperation(const std::string& name, const Operation& operation, Words& words) {
  words.push_back(name);
  if (!operation.parameters.empty()) words.push_back(absl::StrCat(name, "("));
}

// Other names only of who has begun one.
Words OperationWords(absl::string_view word) {
  Words words;
  for (const Operation* operation : transform::AllOperations()) {
    AddOperation(operation->id, *operation, words);
    if (word.empty()) continue;
    for (const std::string& alias : operation->aliases) {
      bool is_id = transform::FindOperation(alias)->id == alias;
      if (IsName(alias) && !is_id) AddOperation(alias, *operation, words);
    }
  }
  return words;
}

bool IsGiven(const Parameter& parameter, const RecipeOutline::Step& step, std::size_t begun) {
  return std::any_of(step.arguments.begin(), step.arguments.end(), [&](const auto& one) {
    return one.name == parameter.name && one.at != begun;
  });
}

// What values of it are, or begin with.
Words ValuesOf(const Parameter& parameter) {
  switch (parameter.kind) {
    case Kind::kChoice:
      return parameter.choices;
    case Kind::kFlag:
      return {"false", "true"};
    case Kind::kInteger:
      return {"", parameter.default_value};
    case Kind::kText:
      return {"", "\""};
    case Kind::kBytes:
    case Kind::kSecret:
      return {"", "base64:", "hex:", "utf8:"};
  }
  return {};
}

Words ArgumentWords(const Operation& operation, const RecipeOutline::Step& step,
                    std::size_t begun) {
  Words words;
  for (const Parameter& parameter : operation.parameters) {
    if (IsGiven(parameter, step, begun)) continue;
    for (const std::string& value : ValuesOf(parameter)) {
      words.push_back(absl::StrCat(parameter.name, "=", value));
    }
  }
  return words;
}

Words ValueWords(const Operation& operation, const RecipeOutline::Step& step) {
  if (step.arguments.empty()) return {};
  for (const Parameter& parameter : operation.parameters) {
    if (parameter.name == step.arguments.back().name) return ValuesOf(parameter);
  }
  return {};
}

Words WordsFor(const RecipeOutline& outline, absl::string_view word) {
  if (outline.next == RecipeOutline::Next::kOperation) return OperationWords(word);
  const RecipeOutline::Step& step = outline.steps.back();
  const Operation* operation = transform::FindOperation(step.operation.name);
  if (operation == nullptr) return {};
  if (outline.next == RecipeOutline::Next::kArgument) {
    return ArgumentWords(*operation, step, outline.begun);
  }
  return outline.next == RecipeOutline::Next::kValue ? ValueWords(*operation, step) : Words();
}

}  // namespace

std::vector<std::string> RecipeCandidates(Session&, absl::string_view begun) {
  RecipeOutline outline = OutlineOf(begun);
  absl::string_view before = begun.substr(0, outline.begun);
  absl::string_view word = begun.substr(outline.begun);
  Words candidates;
  for (const std::string& one : WordsFor(outline, word)) {
    if (absl::StartsWith(one, word)) candidates.push_back(absl::StrCat(before, one));
  }
  if (candidates.size() != 1) return candidates;
  // A shell ends the word, and its quote, behind the only candidate: so they are two.
  const std::string& only = candidates[0];
  if (outline.next == RecipeOutline::Next::kOperation) return {only, absl::StrCat(only, " | ")};
  return {absl::StrCat(only, ")"), absl::StrCat(only, ", ")};
}

std::vector<std::string> OperationCandidates(Session&, absl::string_view) {
  Words ids;
  for (const Operation* operation : transform::AllOperations()) ids.push_back(operation->id);
  return ids;
}

}  // namespace triad::cli
