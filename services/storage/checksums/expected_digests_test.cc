#include "services/storage/checksums/expected_digests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace triad::storage {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

using Headers = std::map<std::string, std::string>;

// Of "hello".
constexpr char kMd5[] = "XUFAKrxLKna5cZ2REBfFkg==";
constexpr char kSha1[] = "qvTGHdzF6KLavt4PO0gs2a6pQ00=";
constexpr char kSha256[] = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
constexpr char kSha512[] =
    "m3HSJL1i83hdltRq0+o9czGb+8KJDKra4t/3JRlnPKcjI8PZm6XBHXx6zG4UuMXaDEZjR1wuXDre9G9zvN7AQw==";

absl::StatusOr<ExpectedDigests> Parse(const Headers& headers) {
  return ExpectedDigests::Parse([&](absl::string_view name) -> std::optional<std::string> {
    auto found = headers.find(std::string(name));
    if (found == headers.end()) return std::nullopt;
    return found->second;
  });
}

// What a request with these headers and that content is answered with.
absl::Status Check(const Headers& headers, absl::string_view content) {
  absl::StatusOr<ExpectedDigests> expected = Parse(headers);
  if (!expected.ok()) return expected.status();
  Digests digests(expected->algorithms());
  digests.Update(content);
  return expected->Verify(digests.Finish());
}

TEST(ExpectedDigestsTest, HoldContentToEachHeader) {
  Headers requests[] = {
      {{"content-md5", kMd5}},
      {{"content-md5", absl::StrCat(" ", kMd5, " ")}},
      {{"x-amz-checksum-crc32", "NhCmhg=="}},
      {{"x-amz-checksum-crc32c", "mnG7TA=="}},
      {{"x-amz-checksum-crc64nvme", "M3eFcAZSQlc="}},
      {{"x-amz-checksum-sha1", kSha1}},
      {{"x-amz-checksum-sha256", kSha256}},
      {{"digest", absl::StrCat("SHA-256=", kSha256)}},
      {{"digest", absl::StrCat("md5=", kMd5, ",, sha=", kSha1, " , unixsum=30637")}},
      {{"content-digest", absl::StrCat("sha-256=:", kSha256, ":, sha-512=:", kSha512, ":")}},
      {{"repr-digest", absl::StrCat("blake9=:AA==:, sha-512=:", kSha512, ":")}},
  };
  for (const Headers& headers : requests) {
    std::string header = headers.begin()->first;
    EXPECT_EQ(Check(headers, "hello"), absl::OkStatus()) << header;
    absl::Status other = Check(headers, "hellO");
    EXPECT_TRUE(absl::IsInvalidArgument(other)) << header;
    EXPECT_THAT(std::string(other.message()), StartsWith(absl::StrCat(header, ": is not")));
  }
}

TEST(ExpectedDigestsTest, ExpectNothingUnlessAsked) {
  for (const Headers& headers :
       {Headers{}, Headers{{"content-digest", ""}}, Headers{{"digest", "adler32=03da0195"}},
        Headers{{"repr-digest", "unixsum=:AA==:"}}}) {
    absl::StatusOr<ExpectedDigests> expected = Parse(headers);
    ASSERT_EQ(expected.status(), absl::OkStatus());
    EXPECT_THAT(expected->algorithms(), IsEmpty());
    EXPECT_EQ(expected->Verify({}), absl::OkStatus());
  }
}

TEST(ExpectedDigestsTest, NameEveryHeaderThatDiffersAndNoRightDigest) {
  std::string wrong = absl::Base64Escape(std::string(32, 'x'));
  absl::Status status = Check({{"content-md5", kMd5},
                               {"x-amz-checksum-sha256", wrong},
                               {"repr-digest", absl::StrCat("sha-256=:", wrong, ":")}},
                              "hello");
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("x-amz-checksum-sha256: "), HasSubstr("repr-digest: "),
                    Not(HasSubstr("content-md5")), Not(HasSubstr(kSha256))));
}

TEST(ExpectedDigestsTest, NeverHoldForWhatWasNotComputed) {
  absl::StatusOr<ExpectedDigests> expected = Parse({{"content-md5", kMd5}});
  ASSERT_EQ(expected.status(), absl::OkStatus());
  EXPECT_TRUE(absl::IsInvalidArgument(expected->Verify({})));
}

TEST(ExpectedDigestsTest, AreKeptAsTheyWereGiven) {
  absl::StatusOr<ExpectedDigests> expected = Parse({{"x-amz-checksum-crc32", "NhCmhg=="}});
  ASSERT_EQ(expected.status(), absl::OkStatus());
  ASSERT_EQ(expected->digests().size(), 1u);
  const ExpectedDigest& digest = expected->digests().front();
  EXPECT_EQ(digest.header, "x-amz-checksum-crc32");
  EXPECT_EQ(digest.algorithm, DigestAlgorithm::kCrc32);
  EXPECT_EQ(absl::BytesToHexString(digest.bytes), "3610a686");
}

TEST(ExpectedDigestsTest, NameTheHeaderThatIsMalformed) {
  // S3 refuses these, too: without padding, too short, two at once.
  std::string unpadded = std::string(kSha256).substr(0, 43);
  std::string short_one = absl::Base64Escape(std::string(31, 'x'));
  std::pair<std::string, Headers> cases[] = {
      {"x-amz-checksum-sha256", {{"x-amz-checksum-sha256", unpadded}}},
      {"x-amz-checksum-sha256", {{"x-amz-checksum-sha256", short_one}}},
      {"x-amz-checksum-sha256",
       {{"x-amz-checksum-crc32", "NhCmhg=="}, {"x-amz-checksum-sha256", kSha256}}},
      {"x-amz-checksum-crc32", {{"x-amz-checksum-crc32", ""}}},
      {"x-amz-checksum-crc32", {{"x-amz-checksum-crc32", "3610a686"}}},
      {"x-amz-checksum-crc32c", {{"x-amz-checksum-crc32c", "mnG7TA==, mnG7TA=="}}},
      {"content-md5", {{"content-md5", "5d41402abc4b2a76b9719d911017c592"}}},
      {"content-md5", {{"content-md5", kSha1}}},
      {"digest", {{"digest", "sha-256"}}},
      {"digest", {{"digest", "=x"}}},
      {"digest", {{"digest", absl::StrCat("sha-256=", kMd5)}}},
      {"digest", {{"digest", absl::StrCat("sha-256=:", kSha256, ":")}}},
      {"content-digest", {{"content-digest", absl::StrCat("sha-256=", kSha256)}}},
      {"content-digest", {{"content-digest", absl::StrCat("sha-256=:", kSha1, ":")}}},
      {"repr-digest", {{"repr-digest", absl::StrCat("sha-256=:", unpadded, ":")}}},
      {"repr-digest", {{"repr-digest", "unknown=1"}}},
  };
  for (const auto& [header, headers] : cases) {
    absl::Status status = Parse(headers).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << header << " " << headers.begin()->second;
    EXPECT_THAT(std::string(status.message()), StartsWith(absl::StrCat(header, ": must be ")));
  }
}

}  // namespace
}  // namespace triad::storage
