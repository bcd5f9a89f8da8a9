#include "runtime/rpc/message_writer.h"

#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/type.pb.h>
#include <gtest/gtest.h>

#include <limits>

#include "runtime/rpc/timestamps.h"

namespace triad::rpc {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

template <typename Message>
Message Parsed(absl::string_view bytes) {
  Message message;
  EXPECT_TRUE(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
  return message;
}

TEST(MessageWriterTest, WritesWhatAMessageWouldBe) {
  // Field: number 1 of kind, 3 number, 4 name, 8 packed.
  for (std::int64_t number : {std::int64_t{1}, std::int64_t{127}, std::int64_t{128},
                              std::int64_t{300}, std::int64_t{std::numeric_limits<int>::max()}}) {
    google::protobuf::Field field;
    field.set_number(static_cast<int>(number));
    field.set_name(std::string(static_cast<std::size_t>(number % 5000), 'n'));
    field.set_packed(true);
    MessageWriter writer;
    writer.Number(google::protobuf::Field::kNumberFieldNumber, number);
    writer.Text(google::protobuf::Field::kNameFieldNumber, field.name());
    writer.Flag(google::protobuf::Field::kPackedFieldNumber, true);
    EXPECT_EQ(writer.message(), field.SerializeAsString());
  }
  MessageWriter writer;
  writer.Number(16, -1);
  EXPECT_EQ(writer.message(), "\x80\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
}

TEST(MessageWriterTest, LeavesOutWhatIsNotThere) {
  MessageWriter writer;
  writer.Number(1, 0);
  writer.Text(2, "");
  writer.Text(2, {"", ""});
  writer.Flag(3, false);
  writer.Pairs(4, {});
  EXPECT_THAT(writer.message(), IsEmpty());
}

TEST(MessageWriterTest, WritesOneMessageAfterTheOther) {
  MessageWriter writer;
  writer.Text(1, {"a", "", "bc"});
  EXPECT_EQ(writer.message(),
            "\x0a\x03"
            "abc");
  writer.Clear();
  writer.Text(1, "d");
  EXPECT_EQ(writer.message(),
            "\x0a\x01"
            "d");
}

TEST(MessageWriterTest, TimesAreThoseOfTimeToProto) {
  for (std::int64_t micros : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1},
                              std::int64_t{-1'000'000}, std::int64_t{1'700'000'000'123'456}}) {
    absl::Time time = absl::FromUnixMicros(micros);
    MessageWriter writer;
    writer.Time(1, time);
    MessagePieces pieces;
    pieces.AddField(1, TimeToProto(time).SerializeAsString());
    EXPECT_EQ(writer.message(), pieces.Take().pieces.front()) << micros;
  }
}

TEST(MessageWriterTest, PairsAreAMap) {
  MessageWriter writer;
  writer.Pairs(google::protobuf::Struct::kFieldsFieldNumber,
               {{"", ""}, {"a", ""}, {"b", "\x08\x01"}});
  auto parsed = Parsed<google::protobuf::Struct>(writer.message());
  EXPECT_THAT(parsed.fields(), SizeIs(3));
}

TEST(MessagePiecesTest, AreOneMessageWhoseBytesStayWhereTheyAre) {
  MessagePieces pieces;
  google::protobuf::ListValue expected;
  for (int i = 0; i < 2000; ++i) {
    google::protobuf::Value* value = expected.add_values();
    value->set_string_value(std::string(static_cast<std::size_t>(i % 300), 'v'));
    pieces.AddField(google::protobuf::ListValue::kValuesFieldNumber, value->SerializeAsString());
  }
  google::protobuf::ListValue large;
  large.add_values()->set_string_value(std::string(200'000, 'l'));
  expected.MergeFrom(large);
  pieces.AddFields(large.SerializeAsString());
  pieces.AddFields("");
  EncodedBytes taken = pieces.Take();
  std::string bytes;
  for (absl::string_view piece : taken.pieces) bytes.append(piece.data(), piece.size());
  EXPECT_EQ(bytes, expected.SerializeAsString());
  EXPECT_GT(taken.pieces.size(), 4u);
  EXPECT_EQ(taken.size(), bytes.size());
}

}  // namespace
}  // namespace triad::rpc
