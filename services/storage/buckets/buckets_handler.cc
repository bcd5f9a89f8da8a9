#include "services/storage/buckets/buckets_handler.h"

#include <google/rpc/error_details.pb.h>

#include <limits>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/rpc/paging.h"
#include "services/storage/buckets/bucket_mapping.h"
#include "services/storage/model/conflict.h"

namespace triad::storage {
namespace {

constexpr int kPreconditionFailed = 412;

absl::StatusOr<BucketCondition> ConditionOf(const rpc::Call& call, const std::string& etag) {
  BucketCondition condition{.etag = etag};
  TRIAD_ASSIGN_OR_RETURN(condition.headers,
                         ParseEtagCondition(call.Header("if-match"), call.Header("if-none-match")));
  return condition;
}

// Empty if it has none.
std::string ReasonOf(const absl::Status& status) {
  google::rpc::ErrorInfo detail;
  auto payload = status.GetPayload("type.googleapis.com/google.rpc.ErrorInfo");
  if (payload.has_value()) detail.ParseFromString(std::string(*payload));
  return detail.reason();
}

// What a change came to, with the HTTP status of headers that do not hold.
absl::StatusOr<v1::Bucket> Answer(rpc::Call& call, const absl::StatusOr<Bucket>& bucket) {
  if (bucket.ok()) return ToProto(*bucket);
  const absl::Status& status = bucket.status();
  if (absl::IsFailedPrecondition(status) && ReasonOf(status) == kConditionNotMet) {
    call.SetHttpStatus(kPreconditionFailed);
  }
  return bucket.status();
}

}  // namespace

absl::StatusOr<v1::Bucket> BucketsHandler::Create(rpc::Call&,
                                                  const v1::CreateBucketRequest& request) {
  TRIAD_RETURN_IF_ERROR(CheckBucketId("bucket_id", request.bucket_id()));
  TRIAD_ASSIGN_OR_RETURN(BucketChanges given, ChangesFromProto(request.bucket(), {}));
  TRIAD_ASSIGN_OR_RETURN(Bucket bucket, buckets_.Create(request.bucket_id(), given,
                                                        DryRunOf(request.validate_only())));
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

absl::StatusOr<v1::Bucket> BucketsHandler::Update(rpc::Call& call,
                                                  const v1::UpdateBucketRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(std::string id, ParseBucketName("bucket.name", request.bucket().name()));
  TRIAD_ASSIGN_OR_RETURN(BucketChanges changes,
                         ChangesFromProto(request.bucket(), request.update_mask()));
  TRIAD_ASSIGN_OR_RETURN(BucketCondition condition, ConditionOf(call, request.bucket().etag()));
  return Answer(call, buckets_.Update(id, changes, condition, DryRunOf(request.validate_only())));
}

absl::StatusOr<v1::Bucket> BucketsHandler::Delete(rpc::Call& call,
                                                  const v1::DeleteBucketRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(std::string id, ParseBucketName("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(BucketCondition condition, ConditionOf(call, request.etag()));
  return Answer(call,
                buckets_.Delete(id, condition, request.force(), DryRunOf(request.validate_only())));
}

absl::StatusOr<v1::Removal> BucketsHandler::DeletePrefix(rpc::Call&,
                                                         const v1::DeletePrefixRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(std::string id, ParseBucketName("parent", request.parent()));
  TRIAD_RETURN_IF_ERROR(CheckObjectPrefix("prefix", request.prefix()));
  if (request.prefix().empty()) {
    return InvalidField("prefix", "must not be empty: to delete all, delete the bucket");
  }
  TRIAD_ASSIGN_OR_RETURN(Removal removal, buckets_.RemovePrefix(id, request.prefix(),
                                                                DryRunOf(request.validate_only())));
  return ToProto(removal);
}

absl::StatusOr<v1::Removal> BucketsHandler::GetRemoval(rpc::Call&,
                                                       const v1::GetRemovalRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(RemovalName name, ParseRemovalName("name", request.name()));
  TRIAD_ASSIGN_OR_RETURN(Removal removal, buckets_.GetRemoval(name.bucket, name.id));
  return ToProto(removal);
}

absl::StatusOr<v1::ListRemovalsResponse> BucketsHandler::ListRemovals(
    rpc::Call&, const v1::ListRemovalsRequest& request) {
  TRIAD_ASSIGN_OR_RETURN(std::string id, ParseBucketName("parent", request.parent()));
  TRIAD_ASSIGN_OR_RETURN(std::int64_t limit, rpc::PageSize(request.page_size()));
  TRIAD_ASSIGN_OR_RETURN(std::string place,
                         rpc::ParsePageToken({request.parent()}, request.page_token()));
  std::int64_t below = std::numeric_limits<std::int64_t>::max();
  if (!place.empty() && !absl::SimpleAtoi(place, &below)) {
    return InvalidField("page_token", "is not one of this list");
  }
  TRIAD_ASSIGN_OR_RETURN(RemovalPage page, buckets_.ListRemovals(id, RemovalId{below}, limit));
  v1::ListRemovalsResponse response;
  for (const Removal& removal : page.removals) *response.add_removals() = ToProto(removal);
  if (page.more) {
    response.set_next_page_token(rpc::MakePageToken(
        {request.parent()}, absl::StrCat(static_cast<std::int64_t>(page.removals.back().id))));
  }
  return response;
}

}  // namespace triad::storage
