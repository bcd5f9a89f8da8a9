// What a client's Accept says about the answer (RFC 9110, section 12.5.1).
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/protos/json_style.h"
#include "runtime/http/parser/message.h"

namespace triad::gateway {

// Whether it names `media_type` itself (no wildcards), and not with q=0.
bool Accepts(const http::Headers& headers, absl::string_view media_type);

// The choices that parameters of its media ranges make: "application/json;field_names=proto".
// INVALID_ARGUMENT that names `accept` for a value that a choice does not have; other parameters
// mean nothing here.
absl::StatusOr<JsonStyleChanges> AcceptedStyle(const http::Headers& headers);

}  // namespace triad::gateway
