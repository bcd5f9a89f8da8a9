// Which file may include which: the layers of the suite, written down.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace triad::contract {

// Why `file` must not include `header`, or nullopt if it may. Both as they are
// written from the root of the repository.
std::optional<std::string> IncludeProblem(const std::string& file, const std::string& header);

// What a source includes, in order.
std::vector<std::string> IncludesOf(absl::string_view source);

}  // namespace triad::contract
