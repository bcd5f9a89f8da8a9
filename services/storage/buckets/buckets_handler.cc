#include "services/storage/buckets/buckets_handler.h"

#include "runtime/base/status.h"
#include "runtime/rpc/paging.h"
#include "services/storage/objects/object_mapping.h"

namespace triad::storage {

absl::StatusOr<v1::Bucket> BucketsHandler::Create(rpc::Call&,
                                                  const v1::CreateBucketRequest& request) {
  TRIAD_RETURN_IF_ERROR(CheckBucketId("bucket_id", request.bucket_id()));
  TRIAD_ASSIGN_OR_RETURN(Bucket bucket, buckets_.Create(request.bucket_id()));
  return ToProto(bucket);
}

absl::StatusOr<v1::Bucket> BucketsHandler::Get(rpc::Call&, const v1::GetBucketRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(std::string id, ParseBucketName("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(Bucket bucket, buckets_.Get(id));
  return ToProto(bucket);
}

absl::StatusOr<v1::ListBucketsResponse> BucketsHandler::List(
    rpc::Call&, const v1::ListBucketsRequest& request) {
  BucketQuery query;
  TRIAD_RETURN_IF_ERROR(CheckBucketPrefix("prefix", request.prefix()));
  query.prefix = request.prefix();
  TRIAD_ASSIGN_OR_RETURN(query.limit, rpc::PageSize(request.page_size()));
  TRIAD_ASSIGN_OR_RETURN(query.after, rpc::ParsePageToken({query.prefix}, request.page_token()));
  TRIAD_ASSIGN_OR_RETURN(BucketPage page, buckets_.List(query));
  v1::ListBucketsResponse response;
  for (const Bucket& bucket : page.buckets) *response.add_buckets() = ToProto(bucket);
  if (page.more) {
    response.set_next_page_token(rpc::MakePageToken({query.prefix}, page.buckets.back().id));
  }
  return response;
}

}  // namespace triad::storage
