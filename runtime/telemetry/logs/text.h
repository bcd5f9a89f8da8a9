// Text made safe for a line of a log.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad::log {

// Appends `text` as the inside of a JSON string: quotes, backslashes and
// control characters (C0, DEL, C1, line separators) escaped, bytes that are not
// UTF-8 replaced by U+FFFD. What is appended holds no newline and is UTF-8.
void AppendEscaped(absl::string_view text, std::string& out);

// Appends `text` as the value of `name=value`: as it is if that is
// unambiguous, else in quotes and escaped.
void AppendWord(absl::string_view text, std::string& out);

}  // namespace triad::log
