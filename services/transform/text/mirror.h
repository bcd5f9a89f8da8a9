// The mirror: `fOoBar25` becomes `47RAbOoF`.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad::transform {

// Strips White_Space at both ends, reverses by grapheme clusters, swaps upper
// and lower case, replaces each ASCII digit d by 9 - d, in this order. `word` is
// valid UTF-8. Thread-safe.
std::string Mirror(absl::string_view word);

}  // namespace triad::transform
