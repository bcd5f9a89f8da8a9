// Recipes that the server keeps, as people name them.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/session.h"
#include "triad/transform/v1/recipe.pb.h"

namespace triad::cli {

// Resource name of "NAME", which may be written in full too. Whether it is a good one is for the
// server to say.
std::string RecipeName(absl::string_view text);

// "NAME" of a resource name.
std::string ShortRecipeName(absl::string_view name);

// A recipe as it is at `version`; 0 is the newest.
absl::StatusOr<transform::v1::Recipe> GetRecipe(Session& session, const std::string& name,
                                                std::int64_t version);

// What stands there by completion, asked from the server.
std::vector<std::string> RecipeNameCandidates(Session& session, absl::string_view begun);

inline Argument RecipeNameArgument() {
  return {"NAME", "a recipe that the server keeps", false, false, {}, RecipeNameCandidates};
}
inline Flag RecipeEtagFlag() {
  return {"if-etag", "ETAG", "only if the recipe still has this etag"};
}

}  // namespace triad::cli
