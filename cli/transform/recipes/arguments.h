// What the parameters of a recipe that is kept are given.
#pragma once

#include "absl/status/statusor.h"
#include "cli/call.h"
#include "cli/table/parse.h"
#include "triad/transform/v1/recipe.pb.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::cli {

struct RecipeRun {
  transform::v1::TransformStreamRequest request;  // the first message
  Headers headers;                                // the secrets: they stand in no query
};

// `recipe`, at its version, with what --arg, --secret and --secret-file say. Usage errors for a
// name that is no parameter, for a secret that is given openly, and for what has to be given and
// is not; what values may be is for the server to say.
absl::StatusOr<RecipeRun> RunOf(const transform::v1::Recipe& recipe, const FlagValues& flags);

}  // namespace triad::cli
