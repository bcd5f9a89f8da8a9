// Many objects, deleted with few requests.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "cli/session.h"
#include "cli/storage/paths.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::cli {

// A result for each of `paths`, in their order; an error if the server refuses a request, which
// deletes nothing of its own then. With `dry_run` it only says what would become of each.
absl::StatusOr<storage::v1::BatchDeleteObjectsResponse> BatchDelete(
    Session& session, const std::vector<ObjectPath>& paths, bool dry_run);

// What became of one of them.
absl::Status StatusOfResult(const storage::v1::BatchDeleteObjectsResponse::Result& result);

}  // namespace triad::cli
