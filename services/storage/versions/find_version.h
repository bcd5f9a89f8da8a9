// Finds versions of objects in a transaction.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/storage/model/object.h"

namespace triad::storage {

// The current version; nullopt if there is no such object, NOT_FOUND if there is no such
// bucket.
absl::StatusOr<std::optional<Object>> FindCurrent(db::Session& session, const ObjectName& name);

// A version and its bucket.
struct FoundVersion {
  Object object;
  Bucket bucket;
};

// The current version, or the one of `generation`, which may be the mark of a deletion.
// NOT_FOUND, naming what is not there.
absl::StatusOr<FoundVersion> FindVersion(db::Session& session, const ObjectName& name,
                                         Generation generation);

}  // namespace triad::storage
