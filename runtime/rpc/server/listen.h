// Sockets that listen where a flag says.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/io/posix.h"

namespace triad::rpc {

struct Listening {
  std::vector<Descriptor> sockets;  // that do not block
  int port = 0;
};

// Listens on every address that `listen` (HOST:PORT; port 0 picks a free one) resolves
// to. 0.0.0.0 is IPv4 alone, [::] is both. FAILED_PRECONDITION "HOST:PORT is in use";
// INVALID_ARGUMENT for what is not an address of this machine.
absl::StatusOr<Listening> Listen(absl::string_view listen);

}  // namespace triad::rpc
