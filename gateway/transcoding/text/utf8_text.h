// Whether text is UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF),
// as fast as memory is read.
#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"

namespace triad::gateway {

// The length of the longest beginning of `text` that is UTF-8: `text.size()` if all of it is.
// Thread-safe.
std::size_t Utf8Length(absl::string_view text);

}  // namespace triad::gateway
