// Unicode as ICU knows it, on valid UTF-8, in the root locale. Thread-safe. The time it
// takes grows as the text does, whatever is in it. CANCELLED if `cancelled` says so.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/cancelled.h"

namespace triad::transform {

// Full case mapping: ß becomes SS. `language` has rules of its own ("tr"), or is "" for the root.
absl::StatusOr<std::string> ToUpper(absl::string_view text, const char* language,
                                    Cancelled cancelled);
absl::StatusOr<std::string> ToLower(absl::string_view text, const char* language,
                                    Cancelled cancelled);
// The first letter of each word (UAX 29) upper or title case, the others lower.
absl::StatusOr<std::string> ToTitle(absl::string_view text, const char* language,
                                    Cancelled cancelled);
// Full case folding, for comparing: "ß" and "SS" become "ss". It knows no languages.
absl::StatusOr<std::string> FoldCase(absl::string_view text, const char*, Cancelled cancelled);

// By extended grapheme clusters: flags, families and CRLF stay whole.
absl::StatusOr<std::string> ReverseGraphemes(absl::string_view text, Cancelled cancelled);

// Extended grapheme clusters.
absl::StatusOr<std::int64_t> CountGraphemes(absl::string_view text, Cancelled cancelled);
// Words (UAX 29) that have a letter, a digit or an ideograph in them.
absl::StatusOr<std::int64_t> CountWords(absl::string_view text, Cancelled cancelled);

// Without White_Space at both ends.
absl::string_view StripWhiteSpace(absl::string_view text);

// Upper case letters become lower case and the other way round, with full
// mapping. A titlecase letter (ǅ) is both at once and stays as it is.
absl::StatusOr<std::string> SwapCase(absl::string_view text, Cancelled cancelled);

}  // namespace triad::transform
