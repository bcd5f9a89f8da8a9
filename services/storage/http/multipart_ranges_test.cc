#include "services/storage/http/multipart_ranges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "runtime/base/testing/fake_random.h"

namespace triad::storage {
namespace {

using ::testing::MatchesRegex;

constexpr char kDigits[] = "0123456789";

std::string BodyOf(const MultipartRanges& parts, absl::string_view content) {
  std::string body;
  for (std::size_t i = 0; i < parts.ranges().size(); ++i) {
    const ContentRange& range = parts.ranges()[i];
    absl::StrAppend(&body, parts.HeadOf(i), content.substr(range.offset, range.length));
  }
  return absl::StrCat(body, parts.End());
}

TEST(MultipartRangesTest, FramesEachRange) {
  FakeRandom random;
  random.Push("0123456789ABCDEF");
  MultipartRanges parts("text/plain", 10, {{7, 2}, {0, 1}}, random);
  EXPECT_EQ(parts.ContentType(), "multipart/byteranges; boundary=30313233343536373839414243444546");
  EXPECT_EQ(BodyOf(parts, kDigits),
            "--30313233343536373839414243444546\r\n"
            "Content-Type: text/plain\r\n"
            "Content-Range: bytes 7-8/10\r\n"
            "\r\n"
            "78"
            "\r\n--30313233343536373839414243444546\r\n"
            "Content-Type: text/plain\r\n"
            "Content-Range: bytes 0-0/10\r\n"
            "\r\n"
            "0"
            "\r\n--30313233343536373839414243444546--\r\n");
}

TEST(MultipartRangesTest, KnowsItsLengthBeforeTheContentIsRead) {
  FakeRandom random;
  std::vector<ContentRange> ranges;
  for (int i = 0; i < 5; ++i) {
    ranges.push_back({2 * i, 1});
    MultipartRanges parts("image/png", 10, ranges, random);
    EXPECT_EQ(parts.ContentLength(), static_cast<std::int64_t>(BodyOf(parts, kDigits).size()));
  }
  // Of content that nobody holds in memory.
  constexpr std::int64_t kLarge = std::int64_t{5} << 40;
  MultipartRanges small("image/png", kLarge, {{0, 1}, {kLarge - 2, 1}}, random);
  MultipartRanges large("image/png", kLarge, {{0, kLarge - 9}, {kLarge - 2, 1}}, random);
  // A "0" in the first head has become 13 digits.
  EXPECT_EQ(large.ContentLength() - small.ContentLength(), kLarge - 10 + 12);
}

TEST(MultipartRangesTest, DrawsItsBoundary) {
  MultipartRanges one("a/b", 10, {{0, 1}, {2, 1}}, Random::System());
  MultipartRanges other("a/b", 10, {{0, 1}, {2, 1}}, Random::System());
  EXPECT_NE(one.ContentType(), other.ContentType());
  // At most 70 of the characters that RFC 2046 allows, and none that needs quotes.
  EXPECT_THAT(one.ContentType(), MatchesRegex("multipart/byteranges; boundary=[0-9a-f]{32}"));
}

}  // namespace
}  // namespace triad::storage
