#include "cli/transform/recipes/names.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/transform/call.h"

namespace triad::cli {
namespace {

namespace v1 = transform::v1;

constexpr absl::string_view kRecipes = "recipes/";

}  // namespace

std::string RecipeName(absl::string_view text) {
  return absl::StrCat(kRecipes, absl::StripPrefix(text, kRecipes));
}

std::string ShortRecipeName(absl::string_view name) {
  return std::string(absl::StripPrefix(name, kRecipes));
}

absl::StatusOr<v1::Recipe> GetRecipe(Session& session, const std::string& name,
                                     std::int64_t version) {
  v1::GetRecipeRequest request;
  request.set_name(name);
  request.set_version(version);
  return AskTransform<v1::Recipe>(session, "GetRecipe", request);
}

std::vector<std::string> RecipeNameCandidates(Session& session, absl::string_view) {
  v1::ListRecipesRequest request;
  request.set_page_size(kMaxPageSize);
  auto page = AskTransform<v1::ListRecipesResponse>(session, "ListRecipes", request);
  std::vector<std::string> names;
  if (!page.ok()) return names;
  for (const v1::Recipe& one : page->recipes()) names.push_back(ShortRecipeName(one.name()));
  return names;
}

}  // namespace triad::cli
