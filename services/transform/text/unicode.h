// Unicode as ICU knows it, on UTF-8, in the root locale. Thread-safe. Input is
// valid UTF-8 wherever it is not said otherwise.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad::transform {

// For any bytes.
bool IsValidUtf8(absl::string_view bytes);

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
