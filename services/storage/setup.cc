#include "services/storage/setup.h"

#include "runtime/base/clock.h"
#include "runtime/base/ids.h"
#include "runtime/base/status.h"
#include "runtime/database/database.h"
#include "services/storage/model/object.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/store_rows.h"

namespace triad::storage {

absl::StatusOr<std::string> Prepare(db::Database& database, const Clock& clock, Random& random) {
  std::string fresh = RandomId(random);
  std::string id;
  TRIAD_RETURN_IF_ERROR(database.Write([&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(id, StoreRows(session).EnsureId(fresh));
    BucketRows buckets(session);
    absl::Status found = buckets.Get(kUploadsBucket).status();
    return absl::IsNotFound(found) ? buckets.Insert({kUploadsBucket, clock.Now()}) : found;
  }));
  return id;
}

}  // namespace triad::storage
