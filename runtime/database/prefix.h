// Ranges of text that share a prefix: `key >= $1 AND key < $2`.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad::db {

// The first text, in order of bytes, after all that start with `prefix`, itself
// valid UTF-8 if `prefix` is. Where there is none (an empty prefix), U+10FFFF:
// a code point that stands for no character, after all others.
std::string PrefixEnd(absl::string_view prefix);

}  // namespace triad::db
