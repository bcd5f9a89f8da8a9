#include "services/storage/blobs/s3/client/errors.h"

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/storage/blobs/s3/protocol/replies.h"

namespace triad::storage::s3 {
namespace {

struct Row {
  absl::string_view code;  // S3's; empty: any
  int http;                // 0: any
  absl::StatusCode status;
  Remedy remedy;
  absl::string_view advice;
};

constexpr absl::string_view kCheckKeys = "; check the credentials that storage was given";
constexpr auto kInternal = absl::StatusCode::kInternal;
constexpr auto kUnavailable = absl::StatusCode::kUnavailable;

// The first row that fits counts. Rows with a code come first: it says more than the
// HTTP status.
constexpr Row kRows[] = {
    {"NoSuchKey", 0, absl::StatusCode::kNotFound, Remedy::kNone, ""},
    {"NoSuchUpload", 0, absl::StatusCode::kNotFound, Remedy::kNone, ""},
    {"NoSuchBucket", 0, kInternal, Remedy::kNone, "; create the bucket, or correct --blobs"},
    {"InvalidBucketName", 0, kInternal, Remedy::kNone, "; correct --blobs"},
    {"ExpiredToken", 0, kUnavailable, Remedy::kNewCredentials, ""},
    {"ExpiredTokenException", 0, kUnavailable, Remedy::kNewCredentials, ""},
    {"InvalidAccessKeyId", 0, kInternal, Remedy::kNewCredentials, kCheckKeys},
    {"InvalidToken", 0, kInternal, Remedy::kNewCredentials, kCheckKeys},
    {"SignatureDoesNotMatch", 0, kInternal, Remedy::kNewCredentials, kCheckKeys},
    {"RequestTimeTooSkewed", 0, kInternal, Remedy::kNone, "; set this machine's clock"},
    {"AuthorizationHeaderMalformed", 0, kInternal, Remedy::kNone, "; correct --s3_region"},
    {"PermanentRedirect", 0, kInternal, Remedy::kNone, "; correct --s3_region"},
    {"IllegalLocationConstraintException", 0, kInternal, Remedy::kNone, "; correct --s3_region"},
    {"PreconditionFailed", 0, absl::StatusCode::kFailedPrecondition, Remedy::kNone, ""},
    {"ConditionalRequestConflict", 0, kUnavailable, Remedy::kAgain, ""},
    {"NotImplemented", 0, absl::StatusCode::kUnimplemented, Remedy::kNone, ""},
    {"QuotaExceeded", 0, absl::StatusCode::kResourceExhausted, Remedy::kNone,
     "; raise the quota, or delete objects"},
    {"XAmzContentSHA256Mismatch", 0, kUnavailable, Remedy::kAgain, ""},
    {"BadDigest", 0, kUnavailable, Remedy::kAgain, ""},
    {"RequestTimeout", 0, kUnavailable, Remedy::kAgain, ""},
    {"OperationAborted", 0, kUnavailable, Remedy::kAgain, ""},
    {"SlowDown", 0, kUnavailable, Remedy::kAgainSlower, ""},
    {"", 503, kUnavailable, Remedy::kAgainSlower, ""},
    {"", 429, kUnavailable, Remedy::kAgainSlower, ""},
    {"", 408, kUnavailable, Remedy::kAgain, ""},
    {"", 500, kUnavailable, Remedy::kAgain, ""},
    {"", 502, kUnavailable, Remedy::kAgain, ""},
    {"", 504, kUnavailable, Remedy::kAgain, ""},
    {"", 301, kInternal, Remedy::kNone, "; correct --s3_region"},
    {"", 307, kUnavailable, Remedy::kAgain, ""},
    // Answers to HEAD have no body, and so no code.
    {"", 404, absl::StatusCode::kNotFound, Remedy::kNone, ""},
    {"", 412, absl::StatusCode::kFailedPrecondition, Remedy::kNone, ""},
    {"", 501, absl::StatusCode::kUnimplemented, Remedy::kNone, ""},
    {"", 401, kInternal, Remedy::kNewCredentials, kCheckKeys},
    {"", 403, kInternal, Remedy::kNone,
     "; the credentials need s3:GetObject, s3:PutObject, s3:DeleteObject, s3:ListBucket, "
     "s3:ListBucketMultipartUploads and s3:AbortMultipartUpload there"},
    {"", 0, kInternal, Remedy::kNone, ""},
};

bool Fits(const Row& row, absl::string_view code, int http) {
  return (row.code.empty() || row.code == code) && (row.http == 0 || row.http == http);
}

std::string RegionAdvice(const http_client::HttpHead& head, const ErrorReply& error) {
  auto header = head.headers.find("x-amz-bucket-region");
  const std::string& region = header != head.headers.end() ? header->second : error.region;
  return region.empty() ? "" : absl::StrCat(" (the bucket is in ", region, ")");
}

}  // namespace

Failure FailureOf(absl::string_view what, const http_client::HttpHead& head,
                  absl::string_view body) {
  ErrorReply error = ParseError(body);
  for (const Row& row : kRows) {
    if (!Fits(row, error.code, head.status)) continue;
    std::string message =
        absl::StrCat(what, ": ", head.status, error.code.empty() ? "" : " ", error.code,
                     error.message.empty() ? "" : ": ", error.message, row.advice,
                     row.status == kInternal ? RegionAdvice(head, error) : "");
    return {absl::Status(row.status, message), row.remedy};
  }
  return {absl::InternalError(what), Remedy::kNone};
}

Failure FailureOf(absl::string_view what, const absl::Status& transport) {
  bool passes = absl::IsUnavailable(transport);
  return {Annotate(transport, absl::StrCat(what, ": ")), passes ? Remedy::kAgain : Remedy::kNone};
}

}  // namespace triad::storage::s3
