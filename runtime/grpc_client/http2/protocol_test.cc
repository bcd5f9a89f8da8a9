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

TEST(StringFieldTest, FindsAFieldAmongStringsOfAnyLength) {
  std::string message =
      "\x0a\x03"
      "abc"
      "\x12\x80\x01" +
      std::string(128, 'x') +
      "\x0a\x01"
      "d";
  EXPECT_EQ(StringField(message, 1), "d");
  EXPECT_EQ(StringField(message, 2), std::string(128, 'x'));
  EXPECT_EQ(StringField(message, 3), "");
}

TEST(StringFieldTest, TakesNothingFromWhatIsNoSuchMessage) {
  std::string message =
      "\x0a\x03"
      "abc"
      "\x12\x02"
      "de";
  for (std::size_t size = 0; size < message.size(); ++size) {
    EXPECT_EQ(StringField(message.substr(0, size), 2), "") << size;
  }
  EXPECT_EQ(StringField("\x0a\x01"
                        "a"
                        "\x10\x01",
                        1),
            "")
      << "a number";
  EXPECT_EQ(StringField(std::string(11, '\xff'), 1), "") << "no end";
}

}  // namespace
}  // namespace triad::grpc_client
