// JSON for the eyes.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad::gateway {

// `json`, which is good and has no white space between its tokens, on several lines, as
// JSON.stringify(value, null, 2) has it. What is nested so deep that this would be over eight
// times as long stays as it is.
std::string PrettyText(std::string json);

}  // namespace triad::gateway
