#include "services/storage/setup.h"

#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/database/database.h"
#include "services/storage/model/etag.h"
#include "services/storage/model/object.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/number_rows.h"
#include "services/storage/rows/store_rows.h"

namespace triad::storage {
namespace {

absl::Status InsertUploads(db::Session& session, absl::Time now, Random& random) {
  Bucket uploads;
  uploads.id = kUploadsBucket;
  uploads.etag = NewEtag(random);
  uploads.create_time = uploads.update_time = now;
  TRIAD_ASSIGN_OR_RETURN(Numbers numbers, NumberRows(session).Take());
  uploads.number = BucketNumber{numbers.Next()};
  return BucketRows(session).Insert(uploads);
}

}  // namespace

absl::StatusOr<std::string> Prepare(db::Database& database, const Clock& clock, Random& random) {
  std::string fresh = RandomId(random);
  return db::Write(database, [&](db::Session& session) -> absl::StatusOr<std::string> {
    TRIAD_ASSIGN_OR_RETURN(std::string id, StoreRows(session).EnsureId(fresh));
    absl::Status found = BucketRows(session).Get(kUploadsBucket).status();
    if (absl::IsNotFound(found)) found = InsertUploads(session, clock.NowMicros(), random);
    if (!found.ok()) return found;
    return id;
  });
}

}  // namespace triad::storage
