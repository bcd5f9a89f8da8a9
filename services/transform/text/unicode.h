// Unicode as ICU knows it, on valid UTF-8, in the root locale. Thread-safe.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad::transform {

// Full case mapping: ß becomes SS.
std::string ToUpper(absl::string_view text);
std::string ToLower(absl::string_view text);

// By extended grapheme clusters: flags, families and CRLF stay whole.
std::string ReverseGraphemes(absl::string_view text);

// Without White_Space at both ends.
absl::string_view StripWhiteSpace(absl::string_view text);

// Upper case letters become lower case and the other way round, with full
// mapping. A titlecase letter (ǅ) is both at once and stays as it is.
std::string SwapCase(absl::string_view text);

}  // namespace triad::transform
