#include "runtime/base/sha256.h"

#include <openssl/evp.h>

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

// Fetched once: asking OpenSSL 3 for it by name takes a lock each time.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

absl::StatusOr<Sha256> Sha256::FromHex(absl::string_view hex) {
  if (hex.size() != 2 * kDigestBytes ||
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

void Sha256Hasher::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256Hasher::Sha256Hasher() : context_(EVP_MD_CTX_new()) {
  Check(context_ != nullptr && EVP_DigestInit_ex(context_.get(), Algorithm(), nullptr) == 1);
}

void Sha256Hasher::Update(absl::string_view bytes) {
  Check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

Sha256 Sha256Hasher::Finish() {
  std::array<unsigned char, kDigestBytes> digest;
  Check(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr));
  return Sha256(absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size())));
}

}  // namespace triad
