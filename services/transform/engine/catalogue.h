// Every operation there is.
#pragma once

#include <vector>

#include "absl/strings/string_view.h"
#include "services/transform/engine/operation.h"

namespace triad::transform {

// In order of their ids. Lives as long as the process.
const std::vector<Family>& AllFamilies();

// In order of family and id. Lives as long as the process.
const std::vector<const Operation*>& AllOperations();

// By its id or one of its aliases; null if there is none.
const Operation* FindOperation(absl::string_view name);

}  // namespace triad::transform
