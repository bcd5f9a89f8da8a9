// Headers that hold secrets come from a file, as every secret does.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace triad::http_client {

// The "Name: value" lines of a file; none if `path` is empty. INVALID_ARGUMENT
// with the number of a line that is none, without the line; NOT_FOUND and others
// if it cannot be read.
absl::StatusOr<std::vector<std::string>> ReadHeaderFile(const std::string& path);

}  // namespace triad::http_client
