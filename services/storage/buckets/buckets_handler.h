// CreateBucket, GetBucket, ListBuckets, UpdateBucket, DeleteBucket; DeletePrefix, GetRemoval,
// ListRemovals.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/storage/buckets/bucket_store.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::storage {

// Thread-safe. Blocks.
class BucketsHandler {
 public:
  explicit BucketsHandler(BucketStore& buckets) : buckets_(buckets) {}

  absl::StatusOr<v1::Bucket> Create(rpc::Call& call, const v1::CreateBucketRequest& request);
  absl::StatusOr<v1::Bucket> Get(rpc::Call& call, const v1::GetBucketRequest& request);
  absl::StatusOr<v1::ListBucketsResponse> List(rpc::Call& call,
                                               const v1::ListBucketsRequest& request);
  absl::StatusOr<v1::Bucket> Update(rpc::Call& call, const v1::UpdateBucketRequest& request);
  absl::StatusOr<v1::Bucket> Delete(rpc::Call& call, const v1::DeleteBucketRequest& request);

  absl::StatusOr<v1::Removal> DeletePrefix(rpc::Call& call, const v1::DeletePrefixRequest& request);
  absl::StatusOr<v1::Removal> GetRemoval(rpc::Call& call, const v1::GetRemovalRequest& request);
  absl::StatusOr<v1::ListRemovalsResponse> ListRemovals(rpc::Call& call,
                                                        const v1::ListRemovalsRequest& request);

 private:
  BucketStore& buckets_;
};

}  // namespace triad::storage
