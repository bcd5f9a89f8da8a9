// Strict syntax of JSON (RFC 8259), which libprotobuf's parser does not insist on.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad::gateway {

// OK if `json` is one value and nothing else but white space: UTF-8, no trailing
// comma, no comment, no key twice in one object, no more than 100 objects and
// arrays inside each other. INVALID_ARGUMENT that says where it ends to be so.
absl::Status CheckJson(absl::string_view json);

}  // namespace triad::gateway
