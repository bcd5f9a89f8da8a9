// Digests in the headers of a write. The input is a line for each header: content-md5,
// digest, content-digest, repr-digest and each x-amz-checksum-*; what follows is the
// content. An empty line is a header that is not there.
#include <array>
#include <map>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/storage/checksums/digest_dictionary.h"
#include "services/storage/checksums/expected_digests.h"
#include "tests/fuzz/target.h"

namespace triad::fuzz {
namespace {

using storage::DigestAlgorithm;
using storage::Digests;
using storage::DigestValues;
using storage::ExpectedDigests;

using Headers = std::map<std::string, std::string>;

constexpr const char* kHeaders[] = {
    "content-md5",           "digest",
    "content-digest",        "repr-digest",
    "x-amz-checksum-crc32",  "x-amz-checksum-crc32c",
    "x-amz-checksum-sha1",   "x-amz-checksum-crc64nvme",
    "x-amz-checksum-sha256",
};

absl::StatusOr<ExpectedDigests> Parse(const Headers& headers) {
  return ExpectedDigests::Parse([&](absl::string_view name) -> std::optional<std::string> {
    auto found = headers.find(std::string(name));
    if (found == headers.end()) return std::nullopt;
    return found->second;
  });
}

DigestValues DigestsOf(const storage::DigestSet& algorithms, absl::string_view content) {
  Digests digests(algorithms);
  Cuts cuts(static_cast<std::uint8_t>(content.size()));
  while (!content.empty()) {
    absl::string_view piece = content.substr(0, cuts.Next());
    digests.Update(piece);
    content.remove_prefix(piece.size());
  }
  return digests.Finish();
}

// What is expected holds for exactly the digests that were given.
void CheckExpected(const ExpectedDigests& expected, absl::string_view text) {
  DigestValues values;
  bool contradicts = false;
  for (const storage::ExpectedDigest& digest : expected.digests()) {
    Require(digest.bytes.size() == storage::DigestBytes(digest.algorithm),
            "a digest has the length of its algorithm", text);
    auto [place, is_new] = values.emplace(digest.algorithm, digest.bytes);
    contradicts = contradicts || place->second != digest.bytes;
  }
  Require(expected.Verify(values).ok() != contradicts, "what is expected verifies", text);
  Require(expected.Verify({}).ok() == values.empty(), "what was not computed does not", text);
  for (auto& [algorithm, bytes] : values) {
    bytes[0] ^= 1;
    Require(!expected.Verify(values).ok(), "another digest does not verify", text);
    bytes[0] ^= 1;
  }
}

// The digests of the content, given as headers, are found to be its own.
void CheckOwn(absl::string_view content) {
  DigestValues own = DigestsOf(
      {DigestAlgorithm::kMd5, DigestAlgorithm::kSha256, DigestAlgorithm::kCrc32c}, content);
  std::string sha256 = own.at(DigestAlgorithm::kSha256);
  absl::StatusOr<ExpectedDigests> expected =
      Parse({{"content-md5", absl::Base64Escape(own.at(DigestAlgorithm::kMd5))},
             {"digest", absl::StrCat("sha-256=", absl::Base64Escape(sha256))},
             {"repr-digest", storage::FormatReprDigest(absl::BytesToHexString(sha256))},
             {"x-amz-checksum-crc32c", absl::Base64Escape(own.at(DigestAlgorithm::kCrc32c))}});
  Require(expected.ok(), "digests that are written well are read", content);
  Require(expected->Verify(DigestsOf(expected->algorithms(), content)).ok(),
          "content has its own digests", content);
  std::string longer = absl::StrCat(content, "x");
  Require(!expected->Verify(DigestsOf(expected->algorithms(), longer)).ok(),
          "other content has others", content);
}

const Registration kTarget("digest_headers", [](absl::string_view bytes) {
  Input input(bytes);
  Headers headers;
  for (const char* name : kHeaders) {
    absl::string_view line = input.TakeLine();
    if (!line.empty()) headers[name] = std::string(line);
  }
  CheckOwn(input.rest());
  absl::StatusOr<ExpectedDigests> expected = Parse(headers);
  if (expected.ok()) return CheckExpected(*expected, bytes);
  std::string message(expected.status().message());
  Require(headers.contains(message.substr(0, message.find(':'))), "the header is named", message);
});

}  // namespace
}  // namespace triad::fuzz
