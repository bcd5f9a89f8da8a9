// Parts of content, and how it is checked.
#include "cli/storage/copy/content.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace triad::cli {
namespace {

using ::testing::HasSubstr;
namespace v1 = storage::v1;

v1::Object Digits() {
  v1::Object object;
  object.set_name("buckets/b/objects/digits");
  object.set_size(9);
  object.set_crc32c("e3069283");
  object.set_sha256(Sha256::Of("123456789").hex());
  return object;
}

absl::Status CheckOf(absl::string_view bytes, const v1::Object& object) {
  ContentSum sum;
  sum.Update(bytes.substr(0, 4));
  sum.Update(bytes.substr(4));
  return sum.Check(object);
}

TEST(ContentSumTest, KnowsWhatIsRight) { EXPECT_TRUE(CheckOf("123456789", Digits()).ok()); }

TEST(ContentSumTest, SaysWhatIsWrong) {
  EXPECT_THAT(std::string(CheckOf("12345678", Digits()).message()),
              HasSubstr("triad://b/digits: its size is 8, expected 9"));
  EXPECT_THAT(std::string(CheckOf("123456780", Digits()).message()), HasSubstr("its CRC32C is"));
  v1::Object without_crc = Digits();
  without_crc.clear_crc32c();
  absl::Status status = CheckOf("123456780", without_crc);
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("its SHA-256 is"));
}

TEST(ContentSumTest, IsContentWithTheSumsThatThereAre) {
  v1::Object joined = Digits();
  joined.clear_sha256();
  EXPECT_TRUE(CheckOf("123456789", joined).ok());
  EXPECT_FALSE(CheckOf("123456780", joined).ok());
}

TEST(ParseSpanTest, MeansWhatHttpMeans) {
  struct Row {
    const char* text;
    std::int64_t offset;
    std::int64_t length;
  };
  for (const Row& row : {Row{"0-0", 0, 1}, Row{"2-4", 2, 3}, Row{"7-", 7, 3}, Row{"-3", 7, 3},
                         Row{"-99", 0, 10}, Row{"5-99", 5, 5}}) {
    absl::StatusOr<ByteSpan> span = ParseSpan(row.text, 10);
    ASSERT_TRUE(span.ok()) << span.status();
    EXPECT_EQ(span->offset, row.offset) << row.text;
    EXPECT_EQ(span->length, row.length) << row.text;
  }
}

TEST(ParseSpanTest, RefusesWhatIsNoPart) {
  for (const char* text : {"", "-", "5", "4-2", "a-b", "--3", "1-2,4-5", "bytes=0-1"}) {
    absl::Status status = ParseSpan(text, 10).status();
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kUsage) << text;
    EXPECT_THAT(std::string(status.message()), HasSubstr("--range: expected")) << text;
  }
  for (const char* text : {"10-", "10-20", "-0"}) {
    EXPECT_TRUE(absl::IsOutOfRange(ParseSpan(text, 10).status())) << text;
  }
  EXPECT_TRUE(absl::IsOutOfRange(ParseSpan("0-", 0).status()));
}

}  // namespace
}  // namespace triad::cli
