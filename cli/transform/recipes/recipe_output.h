// Recipes that are kept, for people and for programs.
#pragma once

#include "absl/strings/string_view.h"
#include "cli/session.h"
#include "triad/transform/v1/recipe.pb.h"

namespace triad::cli {

void WriteRecipe(const Session& session, const transform::v1::Recipe& recipe);

// What became of one: "find  published, version 3", or would with --dry-run.
void WriteChanged(const Session& session, const transform::v1::Recipe& recipe,
                  absl::string_view what);

// "published" and "newest", as far as it is.
std::string VersionState(const transform::v1::Recipe& recipe);

}  // namespace triad::cli
