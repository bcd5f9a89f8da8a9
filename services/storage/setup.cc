#include "services/storage/setup.h"

#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/database/database.h"
#include "services/storage/model/object.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/store_rows.h"

namespace triad::storage {

absl::StatusOr<std::string> Prepare(db::Database& database, const Clock& clock, Random& random) {
  std::string fresh = RandomId(random);
  return db::Write(database, [&](db::Session& session) -> absl::StatusOr<std::string> {
    TRIAD_ASSIGN_OR_RETURN(std::string id, StoreRows(session).EnsureId(fresh));
    BucketRows buckets(session);
    absl::Status found = buckets.Get(kUploadsBucket).status();
    if (absl::IsNotFound(found)) found = buckets.Insert({kUploadsBucket, clock.Now()});
    if (!found.ok()) return found;
    return id;
  });
}

}  // namespace triad::storage
