// Tokens of ListEntries: where the next page starts, bound to its list.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::config {

// The list that a token belongs to.
struct ListScope {
  absl::string_view space;
  absl::string_view prefix;
};

// Letters, digits, '-' and '_' only. `last` is the last key of the page before.
std::string MakePageToken(const ListScope& scope, absl::string_view last);

// The key to continue after; empty for an empty token. INVALID_ARGUMENT, naming
// page_token, for one that is damaged or of another list.
absl::StatusOr<std::string> ParsePageToken(const ListScope& scope, absl::string_view token);

}  // namespace triad::config
