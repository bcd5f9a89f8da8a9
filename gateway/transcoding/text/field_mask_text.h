// Paths of a google.protobuf.FieldMask: "page_size" in the message, "pageSize" in JSON.
//
// Source: the comment in google/protobuf/field_mask.proto. All functions are thread-safe.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace triad::gateway {

// One path of JSON as it stands in the message; nullopt if it is empty or has an underscore.
std::optional<std::string> SnakePath(absl::string_view camel);

// One path of the message as JSON has it; nullopt if it would not be read back as the same: it
// is empty, has a comma or a capital letter, or an underscore without a small letter behind it.
std::optional<std::string> CamelPath(absl::string_view snake);

}  // namespace triad::gateway
