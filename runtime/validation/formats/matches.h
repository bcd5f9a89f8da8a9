#pragma once

#include <re2/re2.h>

#include "absl/strings/string_view.h"

namespace triad::validation {

// Whether all of `text` is as `expression` says.
inline bool Matches(absl::string_view text, const RE2& expression) {
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), expression);
}

}  // namespace triad::validation
