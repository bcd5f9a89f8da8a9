// CreateRecipe, GetRecipe, ListRecipes, UpdateRecipe, DeleteRecipe, ListRecipeVersions,
// PublishRecipe.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/transform/recipes/recipe_store.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::transform {

// Thread-safe. Blocks.
class RecipesHandler {
 public:
  // Null without a database, which every call is then refused for.
  explicit RecipesHandler(RecipeStore* store) : store_(store) {}

  absl::StatusOr<v1::Recipe> Create(rpc::Call& call, const v1::CreateRecipeRequest& request);
  absl::StatusOr<v1::Recipe> Get(rpc::Call& call, const v1::GetRecipeRequest& request);
  absl::StatusOr<v1::ListRecipesResponse> List(rpc::Call& call,
                                               const v1::ListRecipesRequest& request);
  absl::StatusOr<v1::Recipe> Update(rpc::Call& call, const v1::UpdateRecipeRequest& request);
  absl::StatusOr<v1::DeleteRecipeResponse> Delete(rpc::Call& call,
                                                  const v1::DeleteRecipeRequest& request);
  absl::StatusOr<v1::ListRecipeVersionsResponse> ListVersions(
      rpc::Call& call, const v1::ListRecipeVersionsRequest& request);
  absl::StatusOr<v1::Recipe> Publish(rpc::Call& call, const v1::PublishRecipeRequest& request);

 private:
  absl::Status CheckStore() const;

  RecipeStore* const store_;
};

}  // namespace triad::transform
