// Base64 (RFC 4648), for text that comes from outside.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace triad {

enum class Base64Alphabet { kStandard, kUrl };

// The bytes that `text` stands for; nullopt if it is no base64 of `alphabet`. Padding may
// be left out; white space is skipped.
std::optional<std::string> DecodeBase64(absl::string_view text,
                                        Base64Alphabet alphabet = Base64Alphabet::kStandard);

}  // namespace triad
