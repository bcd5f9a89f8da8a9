#include "runtime/base/sha256.h"

#include "absl/strings/escaping.h"

namespace triad {

absl::StatusOr<Sha256> Sha256::FromHex(absl::string_view hex) {
  if (hex.size() != 2 * HashBytes(HashAlgorithm::kSha256) ||
      hex.find_first_not_of("0123456789abcdef") != absl::string_view::npos) {
    return absl::InvalidArgumentError("a SHA-256 is 64 lower-case hex digits");
  }
  return Sha256(std::string(hex));
}

Sha256 Sha256::Of(absl::string_view bytes) {
  Sha256Hasher hasher;
  hasher.Update(bytes);
  return hasher.Finish();
}

Sha256 Sha256Hasher::Finish() { return Sha256(absl::BytesToHexString(hasher_.Finish())); }

}  // namespace triad
