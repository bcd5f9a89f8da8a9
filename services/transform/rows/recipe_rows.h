// The tables `recipes` and `recipe_versions`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/transform/model/saved_recipe.h"

namespace triad::transform {

class RecipeRows {
 public:
  explicit RecipeRows(db::Session& session) : session_(session) {}

  // At a version, or the newest if that is 0.
  absl::StatusOr<std::optional<SavedRecipe>> Find(const std::string& id, std::int64_t version);
  // The newest versions of those with an id after `after` that fit. A page has at most `limit`
  // recipes, ends when they are large, and looks at no more than 1,000.
  absl::StatusOr<RecipePage> List(const RecipeFilter& filter, const std::string& after,
                                  std::int64_t limit);
  // Versions before `below`, the newest first; `limit` at most, and fewer when they are large.
  absl::StatusOr<std::vector<SavedRecipe>> ListVersions(const std::string& id, std::int64_t below,
                                                        std::int64_t limit);
  absl::StatusOr<std::int64_t> Count();

  // `recipe.version` is new. What is of the recipe as a whole becomes what stands in it.
  absl::Status Put(const SavedRecipe& recipe);
  // What is of the recipe as a whole.
  absl::Status PutHead(const SavedRecipe& recipe);
  // With all versions.
  absl::Status Delete(const std::string& id);

 private:
  db::Session& session_;
};

}  // namespace triad::transform
