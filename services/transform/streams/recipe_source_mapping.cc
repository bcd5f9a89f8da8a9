#include "services/transform/streams/recipe_source_mapping.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "runtime/base/status.h"
#include "services/transform/engine/catalogue.h"
#include "services/transform/engine/recipe/language.h"
#include "services/transform/engine/saved/arguments_of.h"
#include "services/transform/model/recipe_name.h"
#include "services/transform/recipes/no_database.h"

namespace triad::transform {
namespace {

constexpr absl::string_view kRecipeHeader = "x-meta-recipe";
constexpr absl::string_view kArgumentHeader = "x-meta-argument-";

// The step with a secret, if there is one.
std::optional<std::size_t> SecretStep(const Recipe& recipe) {
  for (std::size_t i = 0; i < recipe.size(); ++i) {
    const Operation* operation = FindOperation(recipe[i].operation);
    if (operation == nullptr) continue;
    for (const Parameter& parameter : operation->parameters) {
      bool given = recipe[i].arguments.count(parameter.name) != 0;
      if (given && parameter.kind == Kind::kSecret) return i;
    }
  }
  return std::nullopt;
}

std::string HeaderOf(absl::string_view parameter) {
  return absl::StrCat(kArgumentHeader, absl::StrReplaceAll(parameter, {{"_", "-"}}));
}

}  // namespace

RecipeSource::RecipeSource(const rpc::Call& call, RecipeStore* store)
    : store_(store), recipe_(call.Header(kRecipeHeader)) {
  for (auto& [header, value] : call.HeadersWithPrefix(kArgumentHeader)) {
    std::string name = header.substr(kArgumentHeader.size());
    arguments_.emplace(absl::StrReplaceAll(name, {{"-", "_"}}), std::move(value));
  }
}

absl::StatusOr<RecipeToRun> RecipeSource::Choose(const v1::TransformStreamRequest& request) const {
  bool in_field = !request.recipe().empty();
  bool named = !request.name().empty();
  if (int{recipe_.has_value()} + int{in_field} + int{named} != 1) {
    return InvalidField(
        "recipe", absl::StrCat("must be in the first message, or in the header ", kRecipeHeader,
                               ", or be one that is kept, which name says, and "
                               "only one of them"));
  }
  if (named) return Kept(request);
  if (!request.arguments().empty() || !arguments_.empty() || request.version() != 0) {
    return InvalidField(request.version() != 0 ? "version" : "arguments",
                        "is for recipes that are kept: it needs name");
  }
  TRIAD_ASSIGN_OR_RETURN(Recipe recipe, Written(request.recipe()));
  return RecipeToRun{std::move(recipe)};
}

absl::StatusOr<Recipe> RecipeSource::Written(const std::string& field) const {
  absl::StatusOr<Recipe> recipe = ParseRecipe(recipe_ ? *recipe_ : field);
  if (!recipe.ok()) return InvalidField("recipe", recipe.status().message());
  if (!recipe_ && SecretStep(*recipe)) {
    return InvalidField(
        "recipe",
        absl::StrCat("must have no secret, as proxies log queries, which step ",
                     *SecretStep(*recipe), " has: send it in the header ", kRecipeHeader));
  }
  return recipe;
}

absl::StatusOr<RecipeToRun> RecipeSource::Kept(const v1::TransformStreamRequest& request) const {
  if (store_ == nullptr) return NoDatabase();
  TRIAD_ASSIGN_OR_RETURN(std::string id, ParseRecipeName("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(SavedRecipe kept, store_->GetToRun(id, request.version()));
  const std::vector<Parameter>& parameters = kept.saved.content.parameters;
  std::map<std::string, std::string> arguments;
  TRIAD_ASSIGN_OR_RETURN(arguments, ArgumentsOf(request, parameters));
  RecipeToRun chosen;
  TRIAD_ASSIGN_OR_RETURN(chosen.given, VariablesOf("arguments", parameters, arguments));
  TRIAD_ASSIGN_OR_RETURN(chosen.recipe, ParseRecipe(kept.saved.content.text));
  return chosen;
}

absl::StatusOr<std::map<std::string, std::string>> RecipeSource::ArgumentsOf(
    const v1::TransformStreamRequest& request, const std::vector<Parameter>& parameters) const {
  std::map<std::string, std::string> arguments = arguments_;
  for (const auto& [name, text] : request.arguments()) {
    if (arguments.emplace(name, text).second) continue;
    return InvalidField(absl::StrCat("arguments.", name),
                        absl::StrCat("must not be in the header ", HeaderOf(name), " too"));
  }
  for (const Parameter& parameter : parameters) {
    if (parameter.kind != Kind::kSecret || !request.arguments().contains(parameter.name)) continue;
    return InvalidField(absl::StrCat("arguments.", parameter.name),
                        absl::StrCat("is a secret, and proxies log queries: send it in the header ",
                                     HeaderOf(parameter.name)));
  }
  return arguments;
}

}  // namespace triad::transform
