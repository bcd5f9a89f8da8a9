#include "runtime/grpc_client/protocol.h"

#include <gtest/gtest.h>

#include "runtime/grpc_client/message_reader.h"
#include "runtime/grpc_client/metadata.h"

namespace triad::grpc_client {
namespace {

TEST(FormatTimeout, HasAtMostEightDigitsAndRoundsUp) {
  EXPECT_EQ(FormatTimeout(absl::ZeroDuration()), "0n");
  EXPECT_EQ(FormatTimeout(-absl::Seconds(1)), "0n");
  EXPECT_EQ(FormatTimeout(absl::Nanoseconds(1)), "1u");
  EXPECT_EQ(FormatTimeout(absl::Seconds(30)), "30000001u");
  EXPECT_EQ(FormatTimeout(absl::Minutes(10)), "600001m");
  EXPECT_EQ(FormatTimeout(absl::Hours(24 * 365)), "31536001S");
}

TEST(DecodeMessage, TurnsEscapesIntoBytesAndKeepsMalformedOnes) {
  EXPECT_EQ(DecodeMessage("caf%C3%A9 100%"), "café 100%");
  EXPECT_EQ(DecodeMessage("%2"), "%2");
  EXPECT_EQ(DecodeMessage("%zz%41"), "%zzA");
}

TEST(ParseStatusCode, KnowsNumbersAndNothingElse) {
  EXPECT_EQ(ParseStatusCode("5"), absl::StatusCode::kNotFound);
  EXPECT_EQ(ParseStatusCode("17"), absl::StatusCode::kUnknown);
  EXPECT_EQ(ParseStatusCode("x"), std::nullopt);
}

TEST(BinaryValue, IsBase64WithOrWithoutPaddingAndMayBeJoined) {
  EXPECT_EQ(ParseBinaryValue("AAE="), std::string("\0\1", 2));
  EXPECT_EQ(ParseBinaryValue("AAE"), std::string("\0\1", 2));
  EXPECT_EQ(ParseBinaryValue("YQ,Yg"), "ab");
  EXPECT_EQ(ParseBinaryValue("*"), std::nullopt);
}

TEST(CheckMetadata, NamesTheHeader) {
  EXPECT_TRUE(CheckMetadata("x-meta-owner", "me and you").ok());
  EXPECT_TRUE(CheckMetadata("x-meta-bin", std::string("\0\xff", 2)).ok());
  EXPECT_TRUE(CheckMetadata("x-meta-empty", "").ok());
  for (const char* value : {"\x80", "a\nb", "\x7f", "tab\t"}) {
    absl::Status status = CheckMetadata("x-meta-owner", value);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(status.message().find("x-meta-owner"), absl::string_view::npos);
  }
  for (const char* name : {"", "X-Meta", "a b", "grpc-timeout", ":path", "n\xc3\xa4me"}) {
    EXPECT_FALSE(CheckMetadata(name, "value").ok()) << name;
  }
}

std::string Prefixed(absl::string_view message) {
  std::string framed("\0\0\0\0", 4);
  framed.push_back(static_cast<char>(message.size()));
  return framed.append(message.data(), message.size());
}

TEST(MessageReader, GivesTheSameMessagesHoweverTheBytesAreCut) {
  const std::string stream = Prefixed("first") + Prefixed("") + Prefixed("third one");
  for (std::size_t step = 1; step <= stream.size(); ++step) {
    MessageReader reader(100);
    std::vector<std::string> messages;
    for (std::size_t at = 0; at < stream.size(); at += step) {
      ASSERT_TRUE(reader.Append(stream.substr(at, step)).ok());
      while (reader.has_message()) messages.push_back(reader.Take());
    }
    EXPECT_EQ(messages, (std::vector<std::string>{"first", "", "third one"})) << step;
    EXPECT_EQ(reader.held(), 0u);
    EXPECT_FALSE(reader.in_message());
  }
}

TEST(MessageReader, CountsWhatItHolds) {
  MessageReader reader(100);
  ASSERT_TRUE(reader.Append(Prefixed("abc") + Prefixed("defg").substr(0, 7)).ok());
  EXPECT_EQ(reader.held(), 15u);
  EXPECT_EQ(reader.Take(), "abc");
  EXPECT_EQ(reader.held(), 7u);
  EXPECT_TRUE(reader.in_message());
  EXPECT_FALSE(reader.has_message());
}

TEST(MessageReader, RefusesCompressedAndTooLargeMessages) {
  EXPECT_EQ(MessageReader(100).Append(std::string("\1\0\0\0\0", 5)).code(),
            absl::StatusCode::kInternal);
  EXPECT_EQ(MessageReader(100).Append(std::string("\0\0\0\0\x65", 5)).code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(MessageReader(100).Append(std::string("\0\xff\xff\xff\xff", 5)).code(),
            absl::StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace triad::grpc_client
