#include "services/storage/checksums/expected_digests.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "runtime/base/status.h"
#include "services/storage/checksums/digest_dictionary.h"

namespace triad::storage {
namespace {

using HeaderOf = ExpectedDigests::HeaderOf;
using List = std::vector<ExpectedDigest>;

struct AlgorithmRow {
  absl::string_view name;
  DigestAlgorithm algorithm;
};

// Headers that hold one digest and nothing else.
constexpr AlgorithmRow kHeaders[] = {
    {"content-md5", DigestAlgorithm::kMd5},
    {"x-amz-checksum-crc32", DigestAlgorithm::kCrc32},
    {"x-amz-checksum-crc32c", DigestAlgorithm::kCrc32c},
    {"x-amz-checksum-crc64nvme", DigestAlgorithm::kCrc64Nvme},
    {"x-amz-checksum-sha1", DigestAlgorithm::kSha1},
    {"x-amz-checksum-sha256", DigestAlgorithm::kSha256},
};

// The registry of HTTP's digests. It does not say how the bytes of its CRC32C are ordered,
// so that one is unknown here.
constexpr AlgorithmRow kAlgorithms[] = {
    {"md5", DigestAlgorithm::kMd5},
    {"sha", DigestAlgorithm::kSha1},
    {"sha-256", DigestAlgorithm::kSha256},
    {"sha-512", DigestAlgorithm::kSha512},
};

std::optional<DigestAlgorithm> AlgorithmNamed(absl::string_view name) {
  for (const AlgorithmRow& row : kAlgorithms) {
    if (row.name == name) return row.algorithm;
  }
  return std::nullopt;
}

// `name` is that of the algorithm where the header may give several. No bytes: what was
// given is not base64.
absl::StatusOr<ExpectedDigest> MakeDigest(absl::string_view header, absl::string_view name,
                                          DigestAlgorithm algorithm,
                                          std::optional<std::string> bytes) {
  if (bytes.has_value() && bytes->size() == DigestBytes(algorithm)) {
    return ExpectedDigest{std::string(header), algorithm, *std::move(bytes)};
  }
  return InvalidField(header,
                      absl::StrCat("must be a digest of ", DigestBytes(algorithm),
                                   " bytes in padded base64", name.empty() ? "" : " for ", name));
}

absl::StatusOr<List> ParseSingle(HeaderOf header) {
  List digests;
  bool has_checksum = false;
  for (const AlgorithmRow& row : kHeaders) {
    std::optional<std::string> value = header(row.name);
    if (!value.has_value()) continue;
    if (absl::StartsWith(row.name, "x-amz-") && std::exchange(has_checksum, true)) {
      return InvalidField(row.name, "must be the only x-amz-checksum-* of the request");
    }
    TRIAD_ASSIGN_OR_RETURN(ExpectedDigest digest,
                           MakeDigest(row.name, "", row.algorithm,
                                      DecodeExactBase64(absl::StripAsciiWhitespace(*value))));
    digests.push_back(std::move(digest));
  }
  return digests;
}

//   Digest = #( algorithm "=" digest )
// Names of algorithms are of any case.
absl::StatusOr<List> ParseDigest(absl::string_view header, absl::string_view value) {
  List digests;
  for (absl::string_view element : absl::StrSplit(value, ',')) {
    element = absl::StripAsciiWhitespace(element);
    if (element.empty()) continue;
    std::size_t equals = element.find('=');
    if (equals == absl::string_view::npos || equals == 0) {
      return InvalidField(header, "must be algorithms with their digests, such as sha-256=…,md5=…");
    }
    std::string name = absl::AsciiStrToLower(element.substr(0, equals));
    std::optional<DigestAlgorithm> algorithm = AlgorithmNamed(name);
    if (!algorithm.has_value()) continue;
    TRIAD_ASSIGN_OR_RETURN(
        ExpectedDigest digest,
        MakeDigest(header, name, *algorithm, DecodeExactBase64(element.substr(equals + 1))));
    digests.push_back(std::move(digest));
  }
  return digests;
}

absl::StatusOr<List> ParseDictionary(absl::string_view header, absl::string_view value) {
  std::optional<std::map<std::string, std::string>> dictionary = ParseDigestDictionary(value);
  if (!dictionary.has_value()) {
    return InvalidField(header,
                        "must be algorithms with their digests in padded base64 between colons, "
                        "such as sha-256=:…:");
  }
  List digests;
  for (auto& [name, bytes] : *dictionary) {
    std::optional<DigestAlgorithm> algorithm = AlgorithmNamed(name);
    if (!algorithm.has_value()) continue;
    TRIAD_ASSIGN_OR_RETURN(ExpectedDigest digest,
                           MakeDigest(header, name, *algorithm, std::move(bytes)));
    digests.push_back(std::move(digest));
  }
  return digests;
}

struct ListRow {
  absl::string_view header;
  absl::StatusOr<List> (*parse)(absl::string_view header, absl::string_view value);
};

// Headers that may hold several.
constexpr ListRow kLists[] = {
    {"digest", ParseDigest},
    {"content-digest", ParseDictionary},
    {"repr-digest", ParseDictionary},
};

}  // namespace

absl::StatusOr<ExpectedDigests> ExpectedDigests::Parse(HeaderOf header) {
  ExpectedDigests expected;
  TRIAD_ASSIGN_OR_RETURN(expected.digests_, ParseSingle(header));
  for (const ListRow& row : kLists) {
    std::optional<std::string> value = header(row.header);
    if (!value.has_value()) continue;
    TRIAD_ASSIGN_OR_RETURN(List digests, row.parse(row.header, *value));
    std::move(digests.begin(), digests.end(), std::back_inserter(expected.digests_));
  }
  return expected;
}

DigestSet ExpectedDigests::algorithms() const {
  DigestSet algorithms;
  for (const ExpectedDigest& digest : digests_) algorithms.insert(digest.algorithm);
  return algorithms;
}

absl::Status ExpectedDigests::Verify(const DigestValues& actual) const {
  std::vector<FieldViolation> violations;
  for (const ExpectedDigest& digest : digests_) {
    auto found = actual.find(digest.algorithm);
    if (found != actual.end() && found->second == digest.bytes) continue;
    violations.push_back({digest.header, "is not the digest of the content that came"});
  }
  return violations.empty() ? absl::OkStatus() : InvalidFields(violations);
}

}  // namespace triad::storage
