// Files that are taken as a whole.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::cli {

// All of a file, or of standard input for "-". A usage error that names `flag`.
absl::StatusOr<std::string> ReadInput(absl::string_view flag, const std::string& path);

}  // namespace triad::cli
