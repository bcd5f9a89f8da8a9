#include "services/storage/checksums/crc.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"

namespace triad::storage {
namespace {

// Bit by bit, as the definition says.
template <typename Kind>
Crc<Kind> Slowly(absl::string_view bytes) {
  using Word = typename Kind::Word;
  Word crc = static_cast<Word>(~Word{0});
  for (char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? Kind::kPolynomial : Word{0});
    }
  }
  return Crc<Kind>(static_cast<Word>(~crc));
}

// No two places of it look alike.
std::string Bytes(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

template <typename Kind>
class CrcTest : public ::testing::Test {};

using Kinds = ::testing::Types<IsoHdlc, Castagnoli, Nvme>;
TYPED_TEST_SUITE(CrcTest, Kinds);

// The check values of the catalogue of parametrised CRC algorithms.
TEST(CrcValueTest, ChecksAsTheCatalogueSays) {
  EXPECT_EQ(Crc32::Of("123456789").value(), 0xCBF43926);
  EXPECT_EQ(Crc32c::Of("123456789").value(), 0xE3069283);
  EXPECT_EQ(Crc64Nvme::Of("123456789").value(), 0xAE8B14860A799888);
}

// RFC 3720, appendix B.4.
TEST(CrcValueTest, ComputesTheExamplesOfIscsi) {
  EXPECT_EQ(Crc32c::Of(std::string(32, '\0')).value(), 0x8A9136AA);
  EXPECT_EQ(Crc32c::Of(std::string(32, '\xFF')).value(), 0x62A8AB43);
}

TEST(CrcValueTest, IsSentWithItsMostSignificantByteFirst) {
  EXPECT_EQ(absl::Base64Escape(Crc64Nvme::Of("123456789").bytes()), "rosUhgp5mIg=");
  EXPECT_EQ(absl::Base64Escape(Crc32::Of("hello").bytes()), "NhCmhg==");
  EXPECT_EQ(absl::Base64Escape(Crc32c::Of("hello").bytes()), "mnG7TA==");
  EXPECT_EQ(absl::Base64Escape(Crc64Nvme::Of("hello").bytes()), "M3eFcAZSQlc=");
}

// What S3 says of an upload in two parts: 5 MiB of "a", and "b".
TEST(CrcValueTest, CombinesThePartsOfAnUpload) {
  Crc64Nvme first = Crc64Nvme::Of(std::string(5 << 20, 'a'));
  Crc64Nvme whole = Crc64Nvme::Combine(first, Crc64Nvme::Of("b"), 1);
  EXPECT_EQ(absl::Base64Escape(whole.bytes()), "q73CYp7EDYg=");
}

TYPED_TEST(CrcTest, IsZeroOfNothing) {
  EXPECT_EQ(Crc<TypeParam>().value(), 0u);
  EXPECT_EQ(Crc<TypeParam>::Of(""), Crc<TypeParam>());
}

TYPED_TEST(CrcTest, IsThatOfTheDefinitionForEveryLengthAndPlace) {
  std::string bytes = Bytes(600);
  for (std::size_t begin = 0; begin < 17; ++begin) {
    for (std::size_t size = 0; size < 300; ++size) {
      absl::string_view piece = absl::string_view(bytes).substr(begin, size);
      ASSERT_EQ(Crc<TypeParam>::Of(piece), Slowly<TypeParam>(piece)) << begin << " " << size;
    }
  }
  std::string large = Bytes(1'000'003);
  EXPECT_EQ(Crc<TypeParam>::Of(large), Slowly<TypeParam>(large));
}

TYPED_TEST(CrcTest, PiecesGiveTheSame) {
  std::string bytes = Bytes(100);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Crc<TypeParam> crc = Crc<TypeParam>::Of(bytes.substr(0, cut));
    crc.Extend(bytes.substr(cut));
    EXPECT_EQ(crc, Crc<TypeParam>::Of(bytes)) << cut;
  }
}

TYPED_TEST(CrcTest, CombinesPartsOfEveryLength) {
  using Sum = Crc<TypeParam>;
  std::string bytes = Bytes(2 * kCrcBlockBytes);
  Sum whole = Sum::Of(bytes);
  for (std::size_t cut :
       {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{kCrcBlockBytes},
        std::size_t{kCrcBlockBytes + 1}, bytes.size() - 1, bytes.size()}) {
    Sum combined =
        Sum::Combine(Sum::Of(bytes.substr(0, cut)), Sum::Of(bytes.substr(cut)), bytes.size() - cut);
    EXPECT_EQ(combined, whole) << cut;
  }
}

TYPED_TEST(CrcTest, CombinesTheBlocksOfAPiece) {
  using Sum = Crc<TypeParam>;
  std::string bytes = Bytes(5 * kCrcBlockBytes + 12'345);
  Sum combined;
  for (std::size_t at = 0; at < bytes.size(); at += kCrcBlockBytes) {
    std::string block = bytes.substr(at, kCrcBlockBytes);
    combined = Sum::Combine(combined, Sum::Of(block), block.size());
  }
  EXPECT_EQ(combined, Sum::Of(bytes));
}

// Lengths that nobody would hash in a test: zeros behind zeros, doubled again and again.
TYPED_TEST(CrcTest, CombinesPartsOfAnyLength) {
  using Sum = Crc<TypeParam>;
  Sum doubled = Sum::Of(std::string(1, '\0'));
  std::uint64_t length = 1;
  for (; length < std::uint64_t{1} << 62; length *= 2) {
    doubled = Sum::Combine(doubled, doubled, length);
    if (length == 512) {
      EXPECT_EQ(doubled, Sum::Of(std::string(1024, '\0')));
    }
  }
  // Whichever way it is put together.
  Sum one = Sum::Of("x");
  Sum left = Sum::Combine(Sum::Combine(one, doubled, length), one, 1);
  Sum right = Sum::Combine(one, Sum::Combine(doubled, one, 1), length + 1);
  EXPECT_EQ(left, right);
}

TYPED_TEST(CrcTest, IsCombinedByTheCompiler) {
  using Sum = Crc<TypeParam>;
  static_assert(Sum::Combine(Sum(), Sum(5), 3) == Sum(5));
  static_assert(Sum::Combine(Sum(5), Sum(), 0) == Sum(5));
}

}  // namespace
}  // namespace triad::storage
