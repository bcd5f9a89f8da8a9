// The hash functions that parameters name.
#pragma once

#include "absl/strings/string_view.h"
#include "services/transform/engine/parameter.h"

struct evp_md_st;  // OpenSSL's EVP_MD

namespace triad::transform {

// kHmac: those of one length, which is what an HMAC is made of.
enum class DigestsOf { kHash, kHmac };

// A choice named "algorithm", sha256 by default.
Parameter DigestParameter(DigestsOf use);

// One of those. Lives as long as the process.
const evp_md_st* FindDigest(absl::string_view name);

}  // namespace triad::transform
