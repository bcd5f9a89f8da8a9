// The border between handlers' code and gRPC's threads.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad::rpc {

// What `code` returns; if it throws, INTERNAL and a log line that names `what`.
absl::Status Guarded(absl::string_view what, absl::FunctionRef<absl::Status()> code);

}  // namespace triad::rpc
