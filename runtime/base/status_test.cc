#include "runtime/base/status.h"

#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>

namespace triad {
namespace {

template <typename Detail>
Detail DetailOf(const absl::Status& status, const std::string& name) {
  Detail detail;
  auto payload = status.GetPayload("type.googleapis.com/google.rpc." + name);
  EXPECT_TRUE(payload.has_value()) << status;
  EXPECT_TRUE(payload && detail.ParseFromString(std::string(*payload)));
  return detail;
}

TEST(StatusTest, InvalidFieldNamesTheFieldInMessageAndDetail) {
  absl::Status status = InvalidField("entry.name", "must be 1 to 512 bytes");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "entry.name: must be 1 to 512 bytes");
  auto detail = DetailOf<google::rpc::BadRequest>(status, "BadRequest");
  ASSERT_EQ(detail.field_violations_size(), 1);
  EXPECT_EQ(detail.field_violations(0).field(), "entry.name");
  EXPECT_EQ(detail.field_violations(0).description(), "must be 1 to 512 bytes");
}

TEST(StatusTest, InvalidFieldsListsEach) {
  absl::Status status = InvalidFields({{"a", "is missing"}, {"b", "is too long"}});
  EXPECT_EQ(status.message(), "a: is missing; b: is too long");
  EXPECT_EQ(DetailOf<google::rpc::BadRequest>(status, "BadRequest").field_violations_size(), 2);
}

TEST(StatusTest, RetryDelayKeepsFractions) {
  const absl::Status status =
      WithRetryDelay(absl::UnavailableError("full"), absl::Milliseconds(1500));
  auto detail = DetailOf<google::rpc::RetryInfo>(status, "RetryInfo");
  EXPECT_EQ(detail.retry_delay().seconds(), 1);
  EXPECT_EQ(detail.retry_delay().nanos(), 500'000'000);
}

TEST(StatusTest, AnnotateKeepsCodeAndDetails) {
  absl::Status status = Annotate(InvalidField("a", "is missing"), "step 3: ");
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "step 3: a: is missing");
  EXPECT_EQ(DetailOf<google::rpc::BadRequest>(status, "BadRequest").field_violations_size(), 1);
  EXPECT_TRUE(Annotate(absl::OkStatus(), "x").ok());
}

absl::StatusOr<int> Half(int number) {
  if (number % 2 != 0) return absl::InvalidArgumentError("odd");
  return number / 2;
}

absl::StatusOr<int> Quarter(int number) {
  TRIAD_ASSIGN_OR_RETURN(const int half, Half(number));
  TRIAD_RETURN_IF_ERROR(Half(half).status());
  return half / 2;
}

TEST(StatusTest, MacrosReturnTheFirstError) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(Quarter(3).status().message(), "odd");
  EXPECT_EQ(Quarter(6).status().message(), "odd");
}

}  // namespace
}  // namespace triad
