// What triadctl says when something goes wrong.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "cli/output/style.h"

namespace triad::cli {

// "triadctl: <message>", then a line for each field of google.rpc.BadRequest that the
// message does not name, and what may help.
std::string ErrorText(const absl::Status& status, const Colours& colours);

}  // namespace triad::cli
