#include "services/storage/zip/zip_format.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"

namespace triad::storage {
namespace {

constexpr std::int64_t kGib = std::int64_t{1} << 30;

std::string Hex(const std::string& bytes) { return absl::BytesToHexString(bytes); }

ZipEntry EntryOf(std::int64_t size, std::int64_t offset = 0) {
  ZipEntry entry;
  entry.path = "a";
  entry.size = size;
  entry.offset = offset;
  // Has no second that is odd, which DOS cannot tell.
  entry.time = absl::FromUnixSeconds(1'700'000'000);
  entry.crc = Crc32(0x01020304);
  return entry;
}

TEST(ZipFormatTest, ContentIsInStoredBlocks) {
  std::string archive;
  AppendZipContent("abc", /*is_last=*/true, archive);
  EXPECT_EQ(Hex(archive), "010300fcff616263");
  archive.clear();
  AppendZipContent("", /*is_last=*/true, archive);
  EXPECT_EQ(Hex(archive), "010000ffff");
  for (std::int64_t size : {std::int64_t{0}, std::int64_t{1}, kZipBlockBytes, kZipBlockBytes + 1}) {
    archive.clear();
    AppendZipContent(std::string(size, 'x'), /*is_last=*/true, archive);
    EXPECT_EQ(static_cast<std::int64_t>(archive.size()), ZipContentBytes(size));
  }
}

TEST(ZipFormatTest, HeadersOfASmallFile) {
  EXPECT_EQ(Hex(ZipFileHeader(EntryOf(3))),
            "504b0304140008080800aab16e570000000000000000000000000100090061"
            "5554050001"
            "00f15365");
  EXPECT_EQ(Hex(ZipDataDescriptor(EntryOf(3))), "504b0708040302010800000003000000");
  EXPECT_EQ(Hex(ZipDirectoryHeader(EntryOf(3, 0x10))),
            "504b01022d03140008080800aab16e57040302010800000003000000010009000000000000000000a481"
            "1000000061"
            "5554050001"
            "00f15365");
}

TEST(ZipFormatTest, LargeNumbersStandInTheirOwnFields) {
  std::string header = Hex(ZipFileHeader(EntryOf(5 * kGib)));
  EXPECT_NE(header.find("00000000ffffffffffffffff01001d0061"), std::string::npos) << header;
  EXPECT_NE(header.find("01001000"
                        "00000000000000000000000000000000"),
            std::string::npos);
  EXPECT_EQ(ZipDataDescriptor(EntryOf(5 * kGib)).size(), 24u);
  // The whole file is small, and begins behind 4 GiB.
  std::string far = Hex(ZipDirectoryHeader(EntryOf(3, 5 * kGib)));
  EXPECT_NE(far.find("01000800"
                     "0000004001000000"),
            std::string::npos)
      << far;
}

TEST(ZipFormatTest, TheEndTellsLargeNumbersTwice) {
  EXPECT_EQ(ZipEnd(65'534, 100, 100).size(), 22u);
  EXPECT_EQ(ZipEnd(65'535, 100, 100).size(), 22u + 56 + 20);
  EXPECT_EQ(ZipEnd(1, 100, 4 * kGib).size(), 22u + 56 + 20);
  EXPECT_EQ(Hex(ZipEnd(1, 2, 3)), "504b0506000000000100010002000000030000000000");
}

TEST(ZipFormatTest, TimesThatDoNotFitAreCut) {
  ZipEntry late = EntryOf(0);
  late.time = absl::FromCivil(absl::CivilSecond(2200), absl::UTCTimeZone());
  // Without the time to a second, and at the last moment there is.
  EXPECT_EQ(Hex(ZipFileHeader(late)),
            "504b03041400080808007dbf9fff0000000000000000000000000100000061");
}

}  // namespace
}  // namespace triad::storage
