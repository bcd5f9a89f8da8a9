// What each failure is taken for, and what it tells the operator.
#include "services/storage/blobs/s3/client/errors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace triad::storage::s3 {
namespace {

using ::testing::HasSubstr;

struct Case {
  int http;
  const char* code;  // empty: an answer without a body
  absl::StatusCode status;
  Remedy remedy;
  const char* says;
};

constexpr Case kCases[] = {
    {404, "NoSuchKey", absl::StatusCode::kNotFound, Remedy::kNone, "Put s3://b/k: 404 NoSuchKey"},
    {404, "NoSuchUpload", absl::StatusCode::kNotFound, Remedy::kNone, ""},
    {404, "NoSuchBucket", absl::StatusCode::kInternal, Remedy::kNone, "create the bucket"},
    {403, "AccessDenied", absl::StatusCode::kInternal, Remedy::kNone, "s3:PutObject"},
    {403, "InvalidAccessKeyId", absl::StatusCode::kInternal, Remedy::kNewCredentials,
     "check the credentials"},
    {403, "SignatureDoesNotMatch", absl::StatusCode::kInternal, Remedy::kNewCredentials,
     "check the credentials"},
    {400, "ExpiredToken", absl::StatusCode::kUnavailable, Remedy::kNewCredentials, ""},
    {403, "RequestTimeTooSkewed", absl::StatusCode::kInternal, Remedy::kNone, "clock"},
    {301, "PermanentRedirect", absl::StatusCode::kInternal, Remedy::kNone,
     "correct --s3_region (the bucket is in eu-west-1)"},
    {403, "QuotaExceeded", absl::StatusCode::kResourceExhausted, Remedy::kNone, "quota"},
    {503, "SlowDown", absl::StatusCode::kUnavailable, Remedy::kAgainSlower, "reason"},
    {503, "", absl::StatusCode::kUnavailable, Remedy::kAgainSlower, "503"},
    {500, "InternalError", absl::StatusCode::kUnavailable, Remedy::kAgain, ""},
    {400, "RequestTimeout", absl::StatusCode::kUnavailable, Remedy::kAgain, ""},
    {400, "XAmzContentSHA256Mismatch", absl::StatusCode::kUnavailable, Remedy::kAgain, ""},
    {404, "", absl::StatusCode::kNotFound, Remedy::kNone, "404"},
    {403, "", absl::StatusCode::kInternal, Remedy::kNone, "s3:ListBucket"},
    {412, "PreconditionFailed", absl::StatusCode::kFailedPrecondition, Remedy::kNone, "412"},
    {412, "", absl::StatusCode::kFailedPrecondition, Remedy::kNone, "412"},
    {409, "ConditionalRequestConflict", absl::StatusCode::kUnavailable, Remedy::kAgain, ""},
    {501, "NotImplemented", absl::StatusCode::kUnimplemented, Remedy::kNone, "501"},
    {501, "", absl::StatusCode::kUnimplemented, Remedy::kNone, "501"},
    {418, "Teapot", absl::StatusCode::kInternal, Remedy::kNone, "418 Teapot: reason"},
};

TEST(FailureOfTest, TellsWhatPassesFromWhatDoesNot) {
  for (const Case& c : kCases) {
    http_client::HttpHead head;
    head.status = c.http;
    std::string body = *c.code == '\0' ? ""
                                       : absl::StrCat("<Error><Code>", c.code,
                                                      "</Code><Message>reason</Message>"
                                                      "<Region>eu-west-1</Region></Error>");
    Failure failure = FailureOf("Put s3://b/k", head, body);
    EXPECT_EQ(failure.status.code(), c.status) << c.http << c.code;
    EXPECT_EQ(failure.remedy, c.remedy) << c.http << c.code;
    EXPECT_THAT(failure.status.message(), HasSubstr(c.says));
  }
}

TEST(FailureOfTest, ATransferThatBrokeIsTriedAgainIfThatMayHelp) {
  Failure cut = FailureOf("Put", absl::UnavailableError("connection reset"));
  EXPECT_EQ(cut.remedy, Remedy::kAgain);
  EXPECT_EQ(cut.status, absl::UnavailableError("Put: connection reset"));
  EXPECT_EQ(FailureOf("Put", absl::InternalError("certificate")).remedy, Remedy::kNone);
}

}  // namespace
}  // namespace triad::storage::s3
