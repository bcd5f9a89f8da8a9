// What was built.
#pragma once

#include "absl/strings/string_view.h"

namespace triad {

struct BuildInfo {
  absl::string_view version;   // "0.1.0"
  absl::string_view commit;    // short hash, or "unknown"
  absl::string_view compiler;  // "GNU 12.2.0"
};

// Set by the build.
const BuildInfo& GetBuildInfo();

}  // namespace triad
