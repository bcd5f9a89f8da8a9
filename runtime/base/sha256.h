// SHA-256 (FIPS 180-4), streamed.
#pragma once

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/hashing/hasher.h"

namespace triad {

// A digest in lower-case hex, 64 characters; a type of its own so that it
// cannot be swapped with a name or an etag.
class Sha256 {
 public:
  // INVALID_ARGUMENT unless `hex` is 64 lower-case hex digits.
  static absl::StatusOr<Sha256> FromHex(absl::string_view hex);
  static Sha256 Of(absl::string_view bytes);

  const std::string& hex() const { return hex_; }
  friend bool operator==(const Sha256&, const Sha256&) = default;

 private:
  friend class Sha256Hasher;
  explicit Sha256(std::string hex) : hex_(std::move(hex)) {}
  std::string hex_;
};

// Hashes pieces as they come. Not thread-safe.
class Sha256Hasher {
 public:
  Sha256Hasher() = default;
  // One that has hashed the same so far.
  Sha256Hasher Copy() const { return Sha256Hasher(hasher_.Copy()); }
  void Update(absl::string_view bytes) { hasher_.Update(bytes); }
  // Ends the hasher; no Update after it.
  Sha256 Finish();

 private:
  explicit Sha256Hasher(Hasher hasher) : hasher_(std::move(hasher)) {}

  Hasher hasher_{HashAlgorithm::kSha256};
};

}  // namespace triad
