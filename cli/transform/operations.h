// The operations that there are, of a server or of this program.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "cli/session.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::cli {

// In order of family and id; those that are linked in with --local.
absl::StatusOr<std::vector<transform::v1::Operation>> ListedOperations(Session& session);

}  // namespace triad::cli
