// The form of Content-Digest and Repr-Digest (RFC 9530): digests by the name of their
// algorithm.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace triad::storage {

// The bytes that `text` stands for, if that is how base64 writes them: padded, without
// white space, unused bits zero. nullopt otherwise. Whoever checks a digest has no use for
// two ways to write it.
std::optional<std::string> DecodeExactBase64(absl::string_view text);

// A dictionary of byte sequences (RFC 8941, sections 3.2 and 3.3.5), bytes by key. Of a key
// that is there twice the last counts, as the RFC says. nullopt if it is malformed; so are
// parameters, of which RFC 9530 defines none.
std::optional<std::map<std::string, std::string>> ParseDigestDictionary(absl::string_view text);

// The value of a Repr-Digest, `sha-256=:…:`. `sha256_hex` is a SHA-256 in hex.
std::string FormatReprDigest(absl::string_view sha256_hex);

}  // namespace triad::storage
