#include "services/storage/buckets/bucket_store.h"

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
  return db::Read(database_, [&](db::Session& session) { return BucketRows(session).Get(id); });
}

absl::StatusOr<BucketPage> BucketStore::List(BucketQuery query) {
  auto size = static_cast<std::size_t>(query.limit);
  ++query.limit;  // one more than asked for tells whether others follow
  BucketPage page;
  TRIAD_ASSIGN_OR_RETURN(page.buckets, db::Read(database_, [&](db::Session& session) {
                           return BucketRows(session).List(query);
                         }));
  page.more = page.buckets.size() > size;
  if (page.more) page.buckets.pop_back();
  return page;
}

}  // namespace triad::storage
