// Why an address cannot be listened on, before gRPC says only that it cannot.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad::rpc {

// Resolves and binds `listen` (HOST:PORT) and lets go of it again.
// FAILED_PRECONDITION "HOST:PORT is in use"; INVALID_ARGUMENT for what is not an
// address of this machine.
absl::Status CheckListenAddress(absl::string_view listen);

}  // namespace triad::rpc
