// What of docs/style.md a machine can see, line by line.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace triad::contract {

// A line of a source that must not be there.
struct StyleRule {
  const char* files;      // regular expression, of whole paths from the root
  const char* forbidden;  // regular expression, searched in each line
  const char* reason;
  const char* wrong;  // a line that it refuses, which the test tries
};

absl::Span<const StyleRule> StyleRules();

// One line for each break of a rule in `source`, which is the file at `path`.
std::vector<std::string> StyleProblems(const std::string& path, absl::string_view source);

}  // namespace triad::contract
