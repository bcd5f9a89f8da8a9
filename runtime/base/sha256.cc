#include "runtime/base/sha256.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/escaping.h"

namespace triad {
namespace {

constexpr std::size_t kDigestBytes = 32;

// OpenSSL's digests fail only without memory or without their provider.
void Check(int result) {
  if (result == 1) return;
  std::fputs("OpenSSL cannot compute SHA-256\n", stderr);
  std::abort();
}

bool IsLowerHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

// Fetched once: asking OpenSSL 3 for it by name takes a lock each time.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

absl::StatusOr<Sha256> Sha256::FromHex(absl::string_view hex) {
  if (hex.size() != 2 * kDigestBytes || !std::all_of(hex.begin(), hex.end(), IsLowerHex)) {
    return absl::InvalidArgumentError("a SHA-256 is 64 lower-case hex digits");
  }
  return Sha256(std::string(hex));
}

Sha256 Sha256::Of(absl::string_view bytes) {
  Sha256Hasher hasher;
  hasher.Update(bytes);
  return hasher.Finish();
}

struct Sha256Hasher::Impl {
  Impl() { Check(context != nullptr && EVP_DigestInit_ex(context, Algorithm(), nullptr) == 1); }
  ~Impl() { EVP_MD_CTX_free(context); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  EVP_MD_CTX* context = EVP_MD_CTX_new();
};

Sha256Hasher::Sha256Hasher() : impl_(std::make_unique<Impl>()) {}
Sha256Hasher::~Sha256Hasher() = default;
Sha256Hasher::Sha256Hasher(Sha256Hasher&&) noexcept = default;
Sha256Hasher& Sha256Hasher::operator=(Sha256Hasher&&) noexcept = default;

void Sha256Hasher::Update(absl::string_view bytes) {
  Check(EVP_DigestUpdate(impl_->context, bytes.data(), bytes.size()));
}

Sha256 Sha256Hasher::Finish() {
  std::array<unsigned char, kDigestBytes> digest;
  Check(EVP_DigestFinal_ex(impl_->context, digest.data(), nullptr));
  return Sha256(absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size())));
}

}  // namespace triad
