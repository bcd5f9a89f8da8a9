// How the site is served. Made from rules.json by the build, as the
// configuration of the nginx that serves the site in its own container is.
#pragma once

#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace triad::gateway {

using SiteRules = absl::Span<const std::pair<absl::string_view, absl::string_view>>;

// Headers sent with every file, in this order: they tell a browser how little
// the page may do. It loads nothing from elsewhere and has nothing inline.
SiteRules SecurityHeaders();

// Cache-Control by the start of a path; the first that fits counts, and the
// last fits every path.
SiteRules CacheRules();

// Content-Type by the ending of a file's name, dot included.
SiteRules ContentTypes();

}  // namespace triad::gateway
