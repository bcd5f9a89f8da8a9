// What somebody who mistyped a word may have meant.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace triad::cli {

// How many characters have to be put in, left out, replaced or swapped with their
// neighbour to make one of the other.
std::size_t EditDistance(absl::string_view a, absl::string_view b);

// The word of `known` that is nearest to `word`, the first of several; empty if none is
// near. Letters' case does not count.
std::string Nearest(absl::string_view word, const std::vector<std::string>& known);

}  // namespace triad::cli
