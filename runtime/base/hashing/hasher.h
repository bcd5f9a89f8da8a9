// Cryptographic hashes, streamed, by OpenSSL.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace triad {

// MD5 and SHA-1 are for protocols that ask for them: who wants to can make two contents
// of one hash.
enum class HashAlgorithm { kMd5, kSha1, kSha256, kSha512 };

// Bytes of a hash: 16, 20, 32 or 64.
std::size_t HashBytes(HashAlgorithm algorithm);

// Hashes pieces as they come. Not thread-safe.
class Hasher {
 public:
  explicit Hasher(HashAlgorithm algorithm);
  // One that has hashed the same so far.
  Hasher Copy() const;
  void Update(absl::string_view bytes);
  // The hash as bytes. Ends the hasher; no Update after it.
  std::string Finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  Hasher();

  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace triad
