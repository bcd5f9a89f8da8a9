#include "services/transform/recipes/recipes_handler.h"

#include <limits>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/status.h"
#include "runtime/rpc/paging.h"
#include "services/transform/model/recipe_name.h"
#include "services/transform/recipes/no_database.h"
#include "services/transform/recipes/saved_recipe_mapping.h"

namespace triad::transform {

absl::Status RecipesHandler::CheckStore() const {
  return store_ == nullptr ? NoDatabase() : absl::OkStatus();
}

absl::StatusOr<v1::Recipe> RecipesHandler::Create(rpc::Call& call,
                                                  const v1::CreateRecipeRequest& request) {
  TRIAD_RETURN_IF_ERROR(CheckStore());
  TRIAD_RETURN_IF_ERROR(CheckRecipeId("recipe_id", request.recipe_id()));
  TRIAD_ASSIGN_OR_RETURN(RecipeChanges given, ChangesFromProto(request.recipe(), {}));
  TRIAD_ASSIGN_OR_RETURN(SavedRecipe recipe, store_->Create(request.recipe_id(), given,
                                                            DryRunOf(request.validate_only()),
                                                            [&call] { return call.cancelled(); }));
  return ToProto(recipe);
}

absl::StatusOr<v1::Recipe> RecipesHandler::Get(rpc::Call&, const v1::GetRecipeRequest& request) {
  TRIAD_RETURN_IF_ERROR(CheckStore());
  TRIAD_ASSIGN_OR_RETURN(std::string id, ParseRecipeName("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(SavedRecipe recipe, store_->Get(id, request.version()));
  return ToProto(recipe);
}

absl::StatusOr<v1::ListRecipesResponse> RecipesHandler::List(
    rpc::Call&, const v1::ListRecipesRequest& request) {
  TRIAD_RETURN_IF_ERROR(CheckStore());
  TRIAD_ASSIGN_OR_RETURN(std::int32_t limit, rpc::PageSize(request.page_size()));
  RecipeFilter filter = {.search = request.search()};
  TRIAD_ASSIGN_OR_RETURN(filter.tags, TagsFromProto("tags", request.tags()));
  std::string tags = absl::StrJoin(filter.tags, "\n");
  TRIAD_ASSIGN_OR_RETURN(std::string after,
                         rpc::ParsePageToken({filter.search, tags}, request.page_token()));
  TRIAD_ASSIGN_OR_RETURN(RecipePage page, store_->List(filter, after, limit));
  v1::ListRecipesResponse response;
  for (const SavedRecipe& recipe : page.recipes) *response.add_recipes() = ToProto(recipe);
  if (!page.next.empty()) {
    response.set_next_page_token(rpc::MakePageToken({filter.search, tags}, page.next));
  }
  return response;
}

absl::StatusOr<v1::Recipe> RecipesHandler::Update(rpc::Call& call,
                                                  const v1::UpdateRecipeRequest& request) {
  TRIAD_RETURN_IF_ERROR(CheckStore());
  TRIAD_ASSIGN_OR_RETURN(std::string id, ParseRecipeName("recipe.name", request.recipe().name()));
  TRIAD_ASSIGN_OR_RETURN(RecipeChanges changes,
                         ChangesFromProto(request.recipe(), request.update_mask()));
  TRIAD_ASSIGN_OR_RETURN(
      SavedRecipe recipe,
      store_->Update(id, changes, {request.recipe().etag(), DryRunOf(request.validate_only())},
                     [&call] { return call.cancelled(); }));
  return ToProto(recipe);
}

absl::StatusOr<v1::DeleteRecipeResponse> RecipesHandler::Delete(
    rpc::Call&, const v1::DeleteRecipeRequest& request) {
  TRIAD_RETURN_IF_ERROR(CheckStore());
  TRIAD_ASSIGN_OR_RETURN(std::string id, ParseRecipeName("name", request.name()));
  TRIAD_RETURN_IF_ERROR(store_->Delete(id, {request.etag(), DryRunOf(request.validate_only())}));
  return v1::DeleteRecipeResponse();
}

absl::StatusOr<v1::ListRecipeVersionsResponse> RecipesHandler::ListVersions(
    rpc::Call&, const v1::ListRecipeVersionsRequest& request) {
  TRIAD_RETURN_IF_ERROR(CheckStore());
  TRIAD_ASSIGN_OR_RETURN(std::string id, ParseRecipeName("parent", request.parent()));
  TRIAD_ASSIGN_OR_RETURN(std::int32_t limit, rpc::PageSize(request.page_size()));
  TRIAD_ASSIGN_OR_RETURN(std::string place,
                         rpc::ParsePageToken({request.parent()}, request.page_token()));
  std::int64_t below = std::numeric_limits<std::int64_t>::max();
  if (!place.empty() && !absl::SimpleAtoi(place, &below)) {
    return InvalidField("page_token", "must be next_page_token of an answer of this list");
  }
  TRIAD_ASSIGN_OR_RETURN(std::vector<SavedRecipe> versions, store_->ListVersions(id, below, limit));
  v1::ListRecipeVersionsResponse response;
  for (const SavedRecipe& recipe : versions) *response.add_recipes() = ToProto(recipe);
  if (!versions.empty() && versions.back().version > 1) {
    response.set_next_page_token(
        rpc::MakePageToken({request.parent()}, absl::StrCat(versions.back().version)));
  }
  return response;
}

absl::StatusOr<v1::Recipe> RecipesHandler::Publish(rpc::Call&,
                                                   const v1::PublishRecipeRequest& request) {
  TRIAD_RETURN_IF_ERROR(CheckStore());
  TRIAD_ASSIGN_OR_RETURN(std::string id, ParseRecipeName("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(
      SavedRecipe recipe,
      store_->Publish(id, request.version(), {request.etag(), DryRunOf(request.validate_only())}));
  return ToProto(recipe);
}

}  // namespace triad::transform
