#include "runtime/grpc_client/http2/protocol.h"

#include <gtest/gtest.h>

namespace triad::grpc_client {
namespace {

TEST(FormatTimeoutTest, HasAtMostEightDigitsAndRoundsUp) {
  EXPECT_EQ(FormatTimeout(absl::ZeroDuration()), "0n");
  EXPECT_EQ(FormatTimeout(-absl::Seconds(1)), "0n");
  EXPECT_EQ(FormatTimeout(absl::Nanoseconds(1)), "1u");
  EXPECT_EQ(FormatTimeout(absl::Seconds(30)), "30000001u");
  EXPECT_EQ(FormatTimeout(absl::Minutes(10)), "600001m");
  EXPECT_EQ(FormatTimeout(absl::Hours(24 * 365)), "31536001S");
}

TEST(DecodeMessageTest, TurnsEscapesIntoBytesAndKeepsMalformedOnes) {
  EXPECT_EQ(DecodeMessage("caf%C3%A9 100%"), "café 100%");
  EXPECT_EQ(DecodeMessage("%2"), "%2");
  EXPECT_EQ(DecodeMessage("%zz%41"), "%zzA");
}

TEST(ParseStatusCodeTest, KnowsNumbersAndNothingElse) {
  EXPECT_EQ(ParseStatusCode("5"), absl::StatusCode::kNotFound);
  EXPECT_EQ(ParseStatusCode("17"), absl::StatusCode::kUnknown);
  EXPECT_EQ(ParseStatusCode("x"), std::nullopt);
}

}  // namespace
}  // namespace triad::grpc_client
