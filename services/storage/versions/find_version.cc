#include "services/storage/versions/find_version.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/object_rows.h"
#include "services/storage/rows/version_rows.h"

namespace triad::storage {

absl::StatusOr<std::optional<Object>> FindCurrent(db::Session& session, const ObjectName& name) {
  TRIAD_ASSIGN_OR_RETURN(Bucket bucket, BucketRows(session).Get(name.bucket));
  return ObjectRows(session, bucket).Find(name.object);
}

absl::StatusOr<FoundVersion> FindVersion(db::Session& session, const ObjectName& name,
                                         Generation generation) {
  TRIAD_ASSIGN_OR_RETURN(Bucket bucket, BucketRows(session).Get(name.bucket));
  TRIAD_ASSIGN_OR_RETURN(std::optional<Object> found,
                         ObjectRows(session, bucket).Find(name.object));
  if (generation == kCurrent && !found.has_value()) {
    return absl::NotFoundError(absl::StrCat(FormatObjectName(name), " does not exist"));
  }
  if (generation != kCurrent && (!found.has_value() || found->generation != generation)) {
    TRIAD_ASSIGN_OR_RETURN(found, VersionRows(session, bucket).Find(name.object, generation));
  }
  if (found.has_value()) return FoundVersion{*std::move(found), std::move(bucket)};
  return absl::NotFoundError(
      absl::StrCat(FormatObjectName(name), " has no generation ", generation));
}

}  // namespace triad::storage
