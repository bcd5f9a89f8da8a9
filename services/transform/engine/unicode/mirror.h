// The mirror: `fOoBar25` becomes `47RAbOoF`.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/cancelled.h"

namespace triad::transform {

// Strips White_Space at both ends, reverses by grapheme clusters, swaps upper
// and lower case, replaces each ASCII digit d by 9 - d, in this order. `word` is
// valid UTF-8. CANCELLED if `cancelled` says so. Thread-safe.
absl::StatusOr<std::string> Mirror(absl::string_view word, Cancelled cancelled);

}  // namespace triad::transform
