// What differs between two texts, in git's way of showing it.
#pragma once

#include <string>
#include <vector>

#include "cli/output/style.h"

namespace triad::cli {

// Hunks of a unified diff with three lines around each change, in colour: "@@ -1,2 +1,3 @@",
// then lines that begin with ' ', '-' or '+'. Empty if the two are the same. Lines are
// without newlines.
std::string UnifiedDiff(const std::vector<std::string>& before,
                        const std::vector<std::string>& after, const Colours& colours);

}  // namespace triad::cli
