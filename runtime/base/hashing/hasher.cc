#include "runtime/base/hashing/hasher.h"

#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace triad {
namespace {

constexpr std::size_t kAlgorithms = 4;

struct AlgorithmRow {
  const char* name;  // OpenSSL's
  std::size_t bytes;
};

// By HashAlgorithm.
constexpr std::array<AlgorithmRow, kAlgorithms> kRows = {
    {{"MD5", 16}, {"SHA1", 20}, {"SHA256", 32}, {"SHA512", 64}}};

// OpenSSL's hashes fail only without memory or without their provider.
void Check(int result) {
  if (result == 1) return;
  std::fputs("OpenSSL cannot compute a hash\n", stderr);
  std::abort();
}

// Fetched once: asking OpenSSL 3 for one by name takes a lock each time.
const EVP_MD* Fetched(HashAlgorithm algorithm) {
  static const std::array<const EVP_MD*, kAlgorithms> fetched = [] {
    std::array<const EVP_MD*, kAlgorithms> all;
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = EVP_MD_fetch(nullptr, kRows[i].name, nullptr);
    }
    return all;
  }();
  return fetched[static_cast<std::size_t>(algorithm)];
}

}  // namespace

std::size_t HashBytes(HashAlgorithm algorithm) {
  return kRows[static_cast<std::size_t>(algorithm)].bytes;
}

void Hasher::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Hasher::Hasher() : context_(EVP_MD_CTX_new()) {}

Hasher::Hasher(HashAlgorithm algorithm) : Hasher() {
  // Without an algorithm, OpenSSL would go on with that of before: there is none.
  const EVP_MD* fetched = Fetched(algorithm);
  Check(context_ != nullptr && fetched != nullptr &&
        EVP_DigestInit_ex(context_.get(), fetched, nullptr) == 1);
}

Hasher Hasher::Copy() const {
  Hasher copy;
  Check(copy.context_ != nullptr && EVP_MD_CTX_copy_ex(copy.context_.get(), context_.get()) == 1);
  return copy;
}

void Hasher::Update(absl::string_view bytes) {
  Check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Hasher::Finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
  unsigned int size = 0;
  Check(EVP_DigestFinal_ex(context_.get(), hash.data(), &size));
  return {reinterpret_cast<const char*>(hash.data()), size};
}

}  // namespace triad
