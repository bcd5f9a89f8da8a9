// Dates in HTTP headers (RFC 9110, section 5.6.7).
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace triad::storage {

// "Sun, 06 Nov 1994 08:49:37 GMT".
std::string FormatHttpDate(absl::Time time);
// Any of the three formats that a recipient has to accept, to the letter but for white
// space around it; nullopt for anything else, and if there is no text.
std::optional<absl::Time> ParseHttpDate(const std::optional<std::string>& text);

}  // namespace triad::storage
