#include "services/storage/checksums/digests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"

namespace triad::storage {
namespace {

using ::testing::IsEmpty;

// "hello", by other programs: the sums as S3 has them, in base64.
const std::map<DigestAlgorithm, std::string> kHello = {
    {DigestAlgorithm::kMd5, "XUFAKrxLKna5cZ2REBfFkg=="},
    {DigestAlgorithm::kSha1, "qvTGHdzF6KLavt4PO0gs2a6pQ00="},
    {DigestAlgorithm::kSha256, "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="},
    {DigestAlgorithm::kSha512,
     "m3HSJL1i83hdltRq0+o9czGb+8KJDKra4t/3JRlnPKcjI8PZm6XBHXx6zG4UuMXaDEZjR1wuXDre9G9zvN7AQw=="},
    {DigestAlgorithm::kCrc32, "NhCmhg=="},
    {DigestAlgorithm::kCrc32c, "mnG7TA=="},
    {DigestAlgorithm::kCrc64Nvme, "M3eFcAZSQlc="},
};

DigestValues DigestsOf(const DigestSet& wanted, const std::vector<std::string>& pieces) {
  Digests digests(wanted);
  for (const std::string& piece : pieces) digests.Update(piece);
  return digests.Finish();
}

TEST(DigestsTest, ComputesWhatIsWanted) {
  DigestSet all;
  for (const auto& [algorithm, base64] : kHello) {
    all.insert(algorithm);
    DigestValues alone = DigestsOf({algorithm}, {"hello"});
    ASSERT_EQ(alone.size(), 1u);
    EXPECT_EQ(absl::Base64Escape(alone.at(algorithm)), base64);
    EXPECT_EQ(alone.at(algorithm).size(), DigestBytes(algorithm));
  }
  DigestValues together = DigestsOf(all, {"h", "", "ell", "o"});
  EXPECT_EQ(together, DigestsOf(all, {"hello"}));
  EXPECT_EQ(together.size(), kHello.size());
}

TEST(DigestsTest, ComputesNothingIfNothingIsWanted) {
  EXPECT_THAT(DigestsOf({}, {"hello"}), IsEmpty());
}

}  // namespace
}  // namespace triad::storage
