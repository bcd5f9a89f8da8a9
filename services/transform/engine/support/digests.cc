#include "services/transform/engine/support/digests.h"

#include <openssl/evp.h>

#include <array>

namespace triad::transform {
namespace {

struct Row {
  absl::string_view name;
  const char* openssl;
  bool hmac;
};

constexpr std::array<Row, 18> kRows = {{{"sha256", "SHA256", true},
                                        {"md5", "MD5", true},
                                        {"sha1", "SHA1", true},
                                        {"sha224", "SHA224", true},
                                        {"sha384", "SHA384", true},
                                        {"sha512", "SHA512", true},
                                        {"sha512-224", "SHA512-224", true},
                                        {"sha512-256", "SHA512-256", true},
                                        {"sha3-224", "SHA3-224", true},
                                        {"sha3-256", "SHA3-256", true},
                                        {"sha3-384", "SHA3-384", true},
                                        {"sha3-512", "SHA3-512", true},
                                        {"blake2b", "BLAKE2B-512", true},
                                        {"blake2s", "BLAKE2S-256", true},
                                        {"ripemd160", "RIPEMD160", true},
                                        {"sm3", "SM3", true},
                                        {"shake128", "SHAKE128", false},
                                        {"shake256", "SHAKE256", false}}};

}  // namespace

Parameter DigestParameter(DigestsOf use) {
  Parameter parameter = {.name = "algorithm",
                         .summary = "The hash function.",
                         .kind = Kind::kChoice,
                         .default_value = std::string(kRows[0].name)};
  for (const Row& row : kRows) {
    if (use == DigestsOf::kHash || row.hmac) parameter.choices.emplace_back(row.name);
  }
  return parameter;
}

const evp_md_st* FindDigest(absl::string_view name) {
  // Fetched once: asking OpenSSL 3 for one by name takes a lock each time.
  static const std::array<const EVP_MD*, kRows.size()> fetched = [] {
    std::array<const EVP_MD*, kRows.size()> all;
    for (std::size_t i = 0; i < kRows.size(); ++i) {
      all[i] = EVP_MD_fetch(nullptr, kRows[i].openssl, nullptr);
    }
    return all;
  }();
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].name == name) return fetched[i];
  }
  return nullptr;
}

}  // namespace triad::transform
