#include "runtime/rpc/wire/status_mapping.h"

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <gtest/gtest.h>

#include "runtime/base/status.h"

namespace triad::rpc {
namespace {

google::rpc::Status Details(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

TEST(ToGrpcStatusTest, KeepsEveryCode) {
  for (int code = 0; code <= 16; ++code) {
    auto status = ToGrpcStatus(absl::Status(static_cast<absl::StatusCode>(code), "m"));
    EXPECT_EQ(status.error_code(), code);
  }
}

TEST(ToGrpcStatusTest, CarriesPayloadsAsDetails) {
  grpc::Status status = ToGrpcStatus(InvalidField("entry.name", "must not be empty"));
  EXPECT_EQ(status.error_message(), "entry.name: must not be empty");
  google::rpc::Status details = Details(status);
  EXPECT_EQ(details.code(), 3);
  EXPECT_EQ(details.message(), status.error_message());
  ASSERT_EQ(details.details_size(), 1);
  google::rpc::BadRequest bad;
  ASSERT_TRUE(details.details(0).UnpackTo(&bad));
  EXPECT_EQ(bad.field_violations(0).field(), "entry.name");
}

TEST(ToGrpcStatusTest, SendsNoDetailsWithoutPayloads) {
  EXPECT_EQ(ToGrpcStatus(absl::NotFoundError("no")).error_details(), "");
}

TEST(ToGrpcStatusTest, CutsLongMessagesAtACharacter) {
  std::string message = "x";
  for (int i = 0; i < 4000; ++i) message += "é";
  grpc::Status status = ToGrpcStatus(absl::InternalError(message));
  EXPECT_EQ(status.error_message(), message.substr(0, kMaxErrorBytes - 1));
}

TEST(ToGrpcStatusTest, DropsDetailsThatDoNotFit) {
  absl::Status status = WithRetryDelay(absl::UnavailableError("busy"), absl::Seconds(1));
  status.SetPayload("type.googleapis.com/google.rpc.DebugInfo",
                    absl::Cord(std::string(kMaxErrorBytes, 'x')));
  google::rpc::Status details = Details(ToGrpcStatus(status));
  ASSERT_EQ(details.details_size(), 1);
  EXPECT_EQ(details.details(0).type_url(), "type.googleapis.com/google.rpc.RetryInfo");
}

TEST(ValidUtf8Test, ReplacesWhatIsNot) {
  EXPECT_EQ(ValidUtf8("aé€😀", 100), "aé€😀");
  EXPECT_EQ(ValidUtf8("a\xff"
                      "b",
                      100),
            "a?b");
  EXPECT_EQ(ValidUtf8("\xc3", 100), "?");
  EXPECT_EQ(ValidUtf8("\xed\xa0\x80", 100), "???");       // a surrogate
  EXPECT_EQ(ValidUtf8("\xc0\xaf", 100), "??");            // overlong
  EXPECT_EQ(ValidUtf8("\xf4\x90\x80\x80", 100), "????");  // beyond Unicode
  EXPECT_EQ(ValidUtf8("é", 1), "");
}

}  // namespace
}  // namespace triad::rpc
