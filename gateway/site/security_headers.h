// Headers that tell a browser how little the page may do.
#pragma once

#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace triad::gateway {

// Sent with every file of the site, in this order. The page loads nothing from
// elsewhere and has nothing inline.
absl::Span<const std::pair<absl::string_view, absl::string_view>> SecurityHeaders();

}  // namespace triad::gateway
