// What a process without a database says of recipes that are kept.
#pragma once

#include "absl/status/status.h"
#include "runtime/base/status.h"

namespace triad::transform {

inline absl::Status NoDatabase() {
  return WithReason(
      absl::FailedPreconditionError("no recipes are kept here, as the service has no database: it "
                                    "runs with --database=none"),
      "NO_DATABASE", "transform.triad");
}

}  // namespace triad::transform
