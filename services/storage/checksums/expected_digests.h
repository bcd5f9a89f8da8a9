// What callers say that the content they send hashes to: Content-MD5 (RFC 1864), Digest
// (RFC 3230), Content-Digest and Repr-Digest (RFC 9530), and S3's x-amz-checksum-*.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/storage/checksums/digests.h"

namespace triad::storage {

struct ExpectedDigest {
  std::string header;  // that gave it, in lower case
  DigestAlgorithm algorithm;
  std::string bytes;
};

class ExpectedDigests {
 public:
  // The value of the request header of that name, which is in lower case; nullopt if it is
  // not there.
  using HeaderOf = absl::FunctionRef<std::optional<std::string>(absl::string_view name)>;

  // Nothing is expected.
  ExpectedDigests() = default;

  // INVALID_ARGUMENT, naming the header, for one that is malformed, for a digest that has
  // not the length of its algorithm, and for a second x-amz-checksum-*. Algorithms that are
  // unknown here are ignored, but for the form that they share with the others.
  static absl::StatusOr<ExpectedDigests> Parse(HeaderOf header);

  // What has to be computed for Verify.
  DigestSet algorithms() const;
  // INVALID_ARGUMENT, naming each header of which the digest is not that of `actual`. It
  // does not say which one would have been right.
  absl::Status Verify(const DigestValues& actual) const;

  const std::vector<ExpectedDigest>& digests() const { return digests_; }

 private:
  std::vector<ExpectedDigest> digests_;
};

}  // namespace triad::storage
