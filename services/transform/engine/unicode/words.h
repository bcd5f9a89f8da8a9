// Names made of the words of a text.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/cancelled.h"

namespace triad::transform {

enum class WordCase { kLower, kUpper, kTitle };

// How words become a name.
struct Joint {
  char between[2];  // a character or nothing
  WordCase first;
  WordCase others;
};

// A word is a run of letters, marks and digits; one begins as well at an upper case letter behind
// a lower case one (`fooBar`), and at the last of several before a lower case one (`HTTPServer`).
// Each line is a name of its own. CANCELLED if `cancelled` says so.
absl::StatusOr<std::string> JoinWords(absl::string_view text, const Joint& joint,
                                      Cancelled cancelled);

}  // namespace triad::transform
