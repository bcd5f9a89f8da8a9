// Recipes that are kept between their messages and the domain.
#pragma once

#include "absl/status/statusor.h"
#include "google/protobuf/field_mask.pb.h"
#include "services/transform/model/saved_recipe.h"
#include "triad/transform/v1/recipe.pb.h"

namespace triad::transform {

v1::Recipe ToProto(const SavedRecipe& recipe);

// What the mask names; without one, what is set. INVALID_ARGUMENT, naming the field
// ("recipe.title"), for one that cannot be.
absl::StatusOr<RecipeChanges> ChangesFromProto(const v1::Recipe& recipe,
                                               const google::protobuf::FieldMask& mask);

// The tags of a list or a recipe, in order, each once.
absl::StatusOr<std::vector<std::string>> TagsFromProto(
    const std::string& field, const google::protobuf::RepeatedPtrField<std::string>& tags);

}  // namespace triad::transform
