// What may be sent as gRPC metadata. grpc++ ends the process on a value that may
// not, so everything that is sent passes here.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad::rpc {

// OK if the name is of [a-z0-9_.-], not gRPC's own, and the value of printable
// ASCII. INVALID_ARGUMENT that says what is wrong otherwise.
absl::Status CheckMetadata(absl::string_view name, absl::string_view value);

}  // namespace triad::rpc
