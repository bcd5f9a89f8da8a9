#include "services/storage/buckets/bucket_store.h"

#include <utility>

#include "runtime/base/status.h"
#include "services/storage/rows/bucket_rows.h"

namespace triad::storage {

absl::StatusOr<Bucket> BucketStore::Create(const std::string& id) {
  Bucket bucket{id, clock_.NowMicros()};
  TRIAD_RETURN_IF_ERROR(
      database_.Write([&](db::Session& session) { return BucketRows(session).Insert(bucket); }));
  return bucket;
}

absl::StatusOr<Bucket> BucketStore::Get(const std::string& id) {
  Bucket bucket;
  TRIAD_RETURN_IF_ERROR(database_.Read([&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(bucket, BucketRows(session).Get(id));
    return absl::OkStatus();
  }));
  return bucket;
}

absl::StatusOr<BucketPage> BucketStore::List(BucketQuery query) {
  auto size = static_cast<std::size_t>(query.limit);
  ++query.limit;  // one more than asked for tells whether others follow
  BucketPage page;
  TRIAD_RETURN_IF_ERROR(database_.Read([&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(page.buckets, BucketRows(session).List(query));
    return absl::OkStatus();
  }));
  page.more = page.buckets.size() > size;
  if (page.more) page.buckets.pop_back();
  return page;
}

}  // namespace triad::storage
