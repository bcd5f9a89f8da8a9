// Recipes between their messages and what the engine runs.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "services/transform/engine/recipe/recipe.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::transform {

// From whichever of the two a request has. INVALID_ARGUMENT, naming `recipe`, for a text that is
// no recipe, or if both are set.
absl::StatusOr<Recipe> RecipeFromProto(const std::string& text,
                                       const google::protobuf::RepeatedPtrField<v1::Step>& steps);

v1::Step ToProto(const Step& step);

}  // namespace triad::transform
