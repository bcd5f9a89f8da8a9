// The flags of triad-transform.
#pragma once

#include <cstdint>

#include "services/transform/engine/recipe/limits.h"
#include "services/transform/recipes/recipe_store.h"

namespace triad {
class OptionParser;
}

namespace triad::transform {

struct Options {
  Limits limits;
  RecipeLimits recipes;

  // `parser` fills this, which must outlive it.
  void Register(OptionParser& parser);
};

}  // namespace triad::transform
