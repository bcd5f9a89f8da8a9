// Inputs of the command line at work.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "cli/session.h"
#include "cli/transform/outputs.h"
#include "cli/transform/runner.h"

namespace triad::cli {

// Each by itself, in order, with what is done so far on the terminal. After the first that fails
// no other is begun. `text` is the recipe, into which errors point.
absl::Status RunJobs(const Session& session, const std::vector<TransformJob>& jobs, Runner& runner,
                     absl::string_view text);

// What a command that does so takes for it: --to, --in-place.
std::vector<Flag> OutputFlags();
Argument InputArgument();

}  // namespace triad::cli
