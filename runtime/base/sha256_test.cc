#include "runtime/base/sha256.h"

#include <gtest/gtest.h>

namespace triad {
namespace {

// The examples of FIPS 180-4.
constexpr char kEmpty[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char kMillion[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Sha256Test, Vectors) {
  EXPECT_EQ(Sha256::Of("").hex(), kEmpty);
  EXPECT_EQ(Sha256::Of("abc").hex(), kAbc);
  EXPECT_EQ(Sha256::Of(std::string(1'000'000, 'a')).hex(), kMillion);
}

TEST(Sha256Test, PiecesGiveTheSameDigest) {
  Sha256Hasher hasher;
  hasher.Update("a");
  hasher.Update("");
  Sha256Hasher moved = std::move(hasher);
  moved.Update("bc");
  EXPECT_EQ(moved.Finish().hex(), kAbc);
}

TEST(Sha256Test, FromHexTakesOnlyLowerCaseDigests) {
  EXPECT_EQ(*Sha256::FromHex(kAbc), Sha256::Of("abc"));
  EXPECT_FALSE(Sha256::FromHex("").ok());
  EXPECT_FALSE(Sha256::FromHex(std::string(63, 'a')).ok());
  EXPECT_FALSE(Sha256::FromHex(std::string(64, 'A')).ok());
  EXPECT_FALSE(Sha256::FromHex(std::string(64, 'g')).ok());
}

}  // namespace
}  // namespace triad
