// A recipe as it is kept, at one of its versions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/transform/engine/saved/content.h"

namespace triad::transform {

// All that a version is about.
struct RecipeVersion {
  std::string title = {};
  std::string description = {};
  std::vector<std::string> tags = {};  // in order
  SavedContent content = {};

  friend bool operator==(const RecipeVersion&, const RecipeVersion&) = default;
};

struct SavedRecipe {
  std::string id = {};
  std::int64_t version = 0;
  RecipeVersion saved = {};
  absl::Time update_time = {};  // of this version

  // Of the recipe, whatever the version.
  std::int64_t newest = 0;
  std::int64_t published = 0;  // 0: none
  std::string etag = {};
  absl::Time create_time = {};
};

// What becomes of a version; unset: it stays as it is.
struct RecipeChanges {
  std::optional<std::string> title = {};
  std::optional<std::string> description = {};
  std::optional<std::vector<std::string>> tags = {};
  std::optional<std::string> text = {};
  std::optional<std::vector<Parameter>> parameters = {};
  std::optional<std::vector<RecipeTest>> tests = {};

  void Apply(RecipeVersion& version) const;
};

// What a list selects: recipes with all of these.
struct RecipeFilter {
  std::string search = {};  // somewhere in its texts, in upper or lower case of ASCII
  std::vector<std::string> tags = {};
};

// Some recipes of a list, in order of their ids.
struct RecipePage {
  std::vector<SavedRecipe> recipes = {};
  // Where it goes on: the last id that was looked at; empty at the end.
  std::string next = {};
};

}  // namespace triad::transform
