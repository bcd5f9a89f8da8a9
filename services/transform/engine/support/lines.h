// Text as lines, which end with LF or CRLF. The last one may have no end; an end begins no line.
#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"

namespace triad::transform {

struct Line {
  absl::string_view content;
  absl::string_view ending;  // "\n", "\r\n", or nothing at the end of the text

  std::size_t size() const { return content.size() + ending.size(); }
};

// The line that `text` begins with; empty if it is.
inline Line FirstLine(absl::string_view text) {
  std::size_t newline = text.find('\n');
  if (newline == absl::string_view::npos) return {text, {}};
  std::size_t end = newline > 0 && text[newline - 1] == '\r' ? newline - 1 : newline;
  return {text.substr(0, end), text.substr(end, newline + 1 - end)};
}

// The line that `text` ends with.
inline Line LastLine(absl::string_view text) {
  std::size_t newline =
      text.size() < 2 ? absl::string_view::npos : text.rfind('\n', text.size() - 2);
  return FirstLine(newline == absl::string_view::npos ? text : text.substr(newline + 1));
}

}  // namespace triad::transform
