#include "runtime/grpc_client/http2/message_reader.h"

#include <gtest/gtest.h>

namespace triad::grpc_client {
namespace {

std::string Prefixed(absl::string_view message) {
  std::string framed("\0\0\0\0", 4);
  framed.push_back(static_cast<char>(message.size()));
  return framed.append(message.data(), message.size());
}

TEST(MessageReaderTest, GivesTheSameMessagesHoweverTheBytesAreCut) {
  std::string stream = Prefixed("first") + Prefixed("") + Prefixed("third one");
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

TEST(MessageReaderTest, CountsWhatItHolds) {
  MessageReader reader(100);
  ASSERT_TRUE(reader.Append(Prefixed("abc") + Prefixed("defg").substr(0, 7)).ok());
  EXPECT_EQ(reader.held(), 15u);
  EXPECT_EQ(reader.Take(), "abc");
  EXPECT_EQ(reader.held(), 7u);
  EXPECT_TRUE(reader.in_message());
  EXPECT_FALSE(reader.has_message());
}

TEST(MessageReaderTest, RefusesCompressedAndTooLargeMessages) {
  EXPECT_EQ(MessageReader(100).Append(std::string("\1\0\0\0\0", 5)).code(),
            absl::StatusCode::kInternal);
  EXPECT_EQ(MessageReader(100).Append(std::string("\0\0\0\0\x65", 5)).code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(MessageReader(100).Append(std::string("\0\xff\xff\xff\xff", 5)).code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(MessageReaderTest, FreesThePlacesOfTakenMessagesWithoutRunningEmpty) {
  MessageReader reader(100);
  std::string one("\0\0\0\0\1x", 6);
  ASSERT_TRUE(reader.Append(one).ok());
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(reader.Append(one).ok());
    EXPECT_EQ(reader.Take(), "x");
  }
  EXPECT_TRUE(reader.has_message());
  EXPECT_LT(reader.slots(), 200u);
}

}  // namespace
}  // namespace triad::grpc_client
