// Percent-encoding of RFC 3986.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad::gateway {

// What a decoder leaves alone.
enum class Decode {
  kAll,          // every escape is decoded
  kAllButSlash,  // "%2F" and "%2f" stay as they are
  kQuery,        // every escape, and '+' is a space
};

// Appends `text`, decoded, to `out`. INVALID_ARGUMENT for '%' without two hex
// digits behind it; what `out` then holds is unspecified.
absl::Status DecodePercent(absl::string_view text, Decode mode, std::string& out);

// OK if a path's escapes are whole and what they stand for is UTF-8 without NUL.
// INVALID_ARGUMENT saying what is wrong.
absl::Status CheckPathEncoding(absl::string_view path);

}  // namespace triad::gateway
