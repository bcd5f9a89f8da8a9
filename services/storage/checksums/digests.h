// The digests of content that callers ask for, computed as it comes.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "runtime/base/hashing/hasher.h"
#include "services/storage/checksums/crc.h"

namespace triad::storage {

enum class DigestAlgorithm { kMd5, kSha1, kSha256, kSha512, kCrc32, kCrc32c, kCrc64Nvme };

// Bytes of a digest.
std::size_t DigestBytes(DigestAlgorithm algorithm);

using DigestSet = std::set<DigestAlgorithm>;
// Digests as bytes; those of a CRC begin with the most significant one.
using DigestValues = std::map<DigestAlgorithm, std::string>;

// Computes all digests of a set in one pass. Costs nothing for an empty set. Not
// thread-safe.
class Digests {
 public:
  explicit Digests(const DigestSet& wanted);
  void Update(absl::string_view bytes);
  // One for each that was wanted. Ends it; no Update after it.
  DigestValues Finish();

 private:
  std::map<DigestAlgorithm, Hasher> hashers_;
  std::optional<Crc32> crc32_;
  std::optional<Crc32c> crc32c_;
  std::optional<Crc64Nvme> crc64nvme_;
};

}  // namespace triad::storage
