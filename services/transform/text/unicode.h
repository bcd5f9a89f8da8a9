// Unicode as ICU knows it, on valid UTF-8, in the root locale. Thread-safe. The time it
// takes grows as the text does, whatever is in it. CANCELLED if `cancelled` says so.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/cancelled.h"

namespace triad::transform {

// Full case mapping: ß becomes SS.
absl::StatusOr<std::string> ToUpper(absl::string_view text, Cancelled cancelled);
absl::StatusOr<std::string> ToLower(absl::string_view text, Cancelled cancelled);

// By extended grapheme clusters: flags, families and CRLF stay whole.
absl::StatusOr<std::string> ReverseGraphemes(absl::string_view text, Cancelled cancelled);

// Without White_Space at both ends.
absl::string_view StripWhiteSpace(absl::string_view text);

// Upper case letters become lower case and the other way round, with full
// mapping. A titlecase letter (ǅ) is both at once and stays as it is.
absl::StatusOr<std::string> SwapCase(absl::string_view text, Cancelled cancelled);

}  // namespace triad::transform
