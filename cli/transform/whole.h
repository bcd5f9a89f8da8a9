// What a recipe takes that has no pieces.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "cli/transport/client.h"
#include "runtime/base/status.h"
#include "services/transform/engine/recipe/recipe.h"

namespace triad::cli {

// Whether a step keeps its output by a name: its input has to be whole then.
inline bool KeepsOutput(const transform::Recipe& recipe) {
  return std::any_of(recipe.begin(), recipe.end(),
                     [](const transform::Step& step) { return !step.as.empty(); });
}

inline absl::StatusOr<std::string> ReadAllOf(const Content& content) {
  constexpr std::size_t kPieceBytes = 256 * 1024;
  std::string all;
  for (;;) {
    TRIAD_ASSIGN_OR_RETURN(std::string piece, content.read(kPieceBytes));
    if (piece.empty()) return all;
    all.append(piece);
  }
}

}  // namespace triad::cli
