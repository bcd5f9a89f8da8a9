// Every operation there is.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "services/transform/operation.h"

namespace triad::transform {

// In order of family and id. Lives as long as the process.
const std::vector<Operation>& AllOperations();

// Null if there is none.
const Operation* FindOperation(absl::string_view id);

}  // namespace triad::transform
