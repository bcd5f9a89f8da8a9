// JSON for the eyes.
#pragma once

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace triad::gateway {

// `json`, which is good and has no white space between its tokens, on several lines, as
// JSON.stringify(value, null, 2) has it. `size` is that of the result.
std::size_t PrettySize(absl::string_view json);
std::string PrettyText(absl::string_view json, std::size_t size);

}  // namespace triad::gateway
