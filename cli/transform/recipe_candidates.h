// What recipes and names of operations can go on with, for completion. It asks no server.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/table/command.h"

namespace triad::cli {

// All that `begun` can become with its last word whole: a name of an operation, also with the
// parenthesis that its arguments begin with, an argument with what its values begin with, a
// choice. Where that is only one, also what may stand behind it.
std::vector<std::string> RecipeCandidates(Session& session, absl::string_view begun);

// Ids.
std::vector<std::string> OperationCandidates(Session& session, absl::string_view begun);

}  // namespace triad::cli
