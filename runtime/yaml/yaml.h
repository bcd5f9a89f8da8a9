// YAML 1.1, as values of JSON: of files that people write, and of output.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad {

// The one document in `text`. Plain scalars are null, true, false, a number, or else text;
// quoted ones are text. INVALID_ARGUMENT, with line and column, for what is no YAML, and
// for aliases, tags, a key that is no text or stands twice, more than one document and
// more than 100 levels. Nothing at all is null.
absl::StatusOr<nlohmann::ordered_json> ParseYaml(absl::string_view text);

// A document without markers, in block style. What another reader could take for something
// else than text is quoted.
std::string FormatYaml(const nlohmann::ordered_json& value);

}  // namespace triad
