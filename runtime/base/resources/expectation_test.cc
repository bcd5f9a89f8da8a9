#include "runtime/base/resources/expectation.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace triad {
namespace {

const CurrentState kSecond = {"e-2", 2};

absl::StatusCode Check(const Expectation& expectation, const std::optional<CurrentState>& current) {
  absl::Status status = expectation.Check("things/a", current);
  if (!status.ok()) {
    EXPECT_EQ(std::string(status.message()).rfind("things/a", 0), 0u) << status;
  }
  return status.code();
}

TEST(ExpectationTest, NothingIsExpectedOfOneThatIsUnset) {
  EXPECT_EQ(Check({}, kSecond), absl::StatusCode::kOk);
  EXPECT_EQ(Check({}, std::nullopt), absl::StatusCode::kOk);
}

TEST(ExpectationTest, AnEtagIsTheCurrentOne) {
  EXPECT_EQ(Check({.etag = "e-2"}, kSecond), absl::StatusCode::kOk);
  EXPECT_EQ(Check({.etag = "e-1"}, kSecond), absl::StatusCode::kAborted);
  EXPECT_EQ(Check({.etag = "e-2"}, std::nullopt), absl::StatusCode::kAborted);
}

TEST(ExpectationTest, AVersionIsTheCurrentOneOrAbsent) {
  EXPECT_EQ(Check({.version = 2}, kSecond), absl::StatusCode::kOk);
  EXPECT_EQ(Check({.version = 1}, kSecond), absl::StatusCode::kAborted);
  EXPECT_EQ(Check({.version = 1}, std::nullopt), absl::StatusCode::kNotFound);
  EXPECT_EQ(Check({.version = Expectation::kAbsent}, std::nullopt), absl::StatusCode::kOk);
  EXPECT_EQ(Check({.version = Expectation::kAbsent}, kSecond), absl::StatusCode::kAborted);
}

TEST(ExpectationTest, TheConditionOfTheHeadersComesFirst) {
  Expectation expectation{.etag = "e-1", .condition = *ParseEtagCondition(std::nullopt, "*")};
  EXPECT_EQ(Check(expectation, kSecond), absl::StatusCode::kFailedPrecondition);
  expectation.etag = "";
  EXPECT_EQ(Check(expectation, std::nullopt), absl::StatusCode::kOk);
  expectation.condition = *ParseEtagCondition("\"e-2\"", std::nullopt);
  EXPECT_EQ(Check(expectation, kSecond), absl::StatusCode::kOk);
  EXPECT_EQ(Check(expectation, std::nullopt), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace triad
