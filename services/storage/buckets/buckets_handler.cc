#include "services/storage/buckets/buckets_handler.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"
#include "services/storage/objects/object_mapping.h"

namespace triad::storage {
namespace {

constexpr std::int32_t kDefaultPageSize = 100;
constexpr std::int32_t kMaxPageSize = 1000;

absl::StatusOr<std::int32_t> PageSize(std::int32_t asked) {
  if (asked < 0) return InvalidField("page_size", "must not be negative");
  return asked == 0 ? kDefaultPageSize : std::min(asked, kMaxPageSize);
}

// A token is the prefix of its list and the last id of its page; neither can
// contain the character between them.
std::string MakeToken(absl::string_view prefix, absl::string_view last) {
  return absl::WebSafeBase64Escape(absl::StrCat(prefix, "/", last));
}

absl::StatusOr<std::string> ParseToken(absl::string_view prefix, absl::string_view token) {
  if (token.empty()) return std::string();
  std::string text;
  absl::string_view last;
  if (absl::WebSafeBase64Unescape(token, &text)) {
    last = text;
    if (absl::ConsumePrefix(&last, absl::StrCat(prefix, "/")) && CheckBucketId("", last).ok()) {
      return std::string(last);
    }
  }
  return InvalidField("page_token", "must be the next_page_token of a page of the same prefix");
}

}  // namespace

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
  TRIAD_RETURN_IF_ERROR(CheckBucketPrefix("prefix", request.prefix()));
  TRIAD_ASSIGN_OR_RETURN(std::int32_t size, PageSize(request.page_size()));
  TRIAD_ASSIGN_OR_RETURN(std::string after, ParseToken(request.prefix(), request.page_token()));
  TRIAD_ASSIGN_OR_RETURN(BucketPage page, buckets_.List({request.prefix(), after, size}));
  v1::ListBucketsResponse response;
  for (const Bucket& bucket : page.buckets) *response.add_buckets() = ToProto(bucket);
  if (page.more) {
    response.set_next_page_token(MakeToken(request.prefix(), page.buckets.back().id));
  }
  return response;
}

}  // namespace triad::storage
