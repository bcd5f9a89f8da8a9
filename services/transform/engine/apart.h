// Where work runs that cannot be stopped.
#pragma once

#include <functional>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace triad::transform {

// Runs `work` where it holds up nobody else, and returns when it has ended. RESOURCE_EXHAUSTED with
// RetryInfo, without running it, if too much of the kind waits there already.
using RunApart = std::function<absl::Status(absl::FunctionRef<void()> work)>;

}  // namespace triad::transform
