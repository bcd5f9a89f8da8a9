#include "services/storage/buckets/bucket_store.h"

#include <utility>

#include "runtime/base/status.h"

namespace triad::storage {

absl::StatusOr<Bucket> BucketStore::Create(const std::string& id) {
  Bucket bucket{id, absl::FromUnixMicros(absl::ToUnixMicros(clock_.Now()))};
  TRIAD_RETURN_IF_ERROR(buckets_.Create(bucket));
  return bucket;
}

absl::Status BucketStore::Ensure(const std::string& id) {
  absl::Status found = buckets_.Get(id).status();
  if (!absl::IsNotFound(found)) return found;
  absl::Status created = Create(id).status();
  return absl::IsAlreadyExists(created) ? absl::OkStatus() : created;
}

absl::StatusOr<BucketPage> BucketStore::List(BucketQuery query) {
  const std::size_t size = static_cast<std::size_t>(query.limit);
  ++query.limit;  // one more than asked for tells whether others follow
  BucketPage page;
  TRIAD_ASSIGN_OR_RETURN(page.buckets, buckets_.List(query));
  page.more = page.buckets.size() > size;
  if (page.more) page.buckets.pop_back();
  return page;
}

}  // namespace triad::storage
