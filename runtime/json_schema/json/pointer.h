// JSON Pointers (RFC 6901).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/json_schema/json/value.h"

namespace triad::json_schema {

// A segment as it stands in a pointer: "a/b" is "a~1b".
std::string EscapeSegment(absl::string_view segment);

// The segments of `pointer`, which is empty or begins with "/". nullopt for any other text.
std::optional<std::vector<std::string>> ParsePointer(absl::string_view pointer);

// The item or property that `segment` names; nullptr if `value` has none.
const Value* Child(const Value& value, absl::string_view segment);

}  // namespace triad::json_schema
