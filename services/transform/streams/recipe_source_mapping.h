// Which recipe a stream runs.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/transform/engine/recipe/recipe.h"
#include "services/transform/engine/recipe/variables.h"
#include "services/transform/engine/saved/content.h"
#include "services/transform/recipes/recipe_store.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::transform {

struct RecipeToRun {
  Recipe recipe;
  Variables given = {};
};

// It stands in the first message, in a header, or in the store, whose recipes have arguments in
// the message and in headers. What has a secret comes in a header: the message is the query of an
// HTTP request, which proxies log.
class RecipeSource {
 public:
  // Takes the headers of `call`. `store` is null without a database.
  RecipeSource(const rpc::Call& call, RecipeStore* store);

  // INVALID_ARGUMENT naming `recipe`, `arguments` or the argument; NOT_FOUND for a name that is
  // none of the store's; FAILED_PRECONDITION for one without a store. Blocks.
  absl::StatusOr<RecipeToRun> Choose(const v1::TransformStreamRequest& request) const;

 private:
  absl::StatusOr<Recipe> Written(const std::string& field) const;
  absl::StatusOr<RecipeToRun> Kept(const v1::TransformStreamRequest& request) const;
  absl::StatusOr<std::map<std::string, std::string>> ArgumentsOf(
      const v1::TransformStreamRequest& request, const std::vector<Parameter>& parameters) const;

  RecipeStore* const store_;
  const std::optional<std::string> recipe_;
  // By the names of the parameters.
  std::map<std::string, std::string> arguments_;
};

}  // namespace triad::transform
