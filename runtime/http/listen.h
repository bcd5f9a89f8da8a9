// Listening sockets.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/http/loop_server.h"

namespace triad::http {

// Opens one listening socket per context, all on `address` ("HOST:PORT"); with
// port 0 all on the same free port. FAILED_PRECONDITION "HOST:PORT is in use",
// INVALID_ARGUMENT for an address that is none of this machine's.
absl::StatusOr<std::vector<Acceptor>> Listen(const std::string& address,
                                             const std::vector<boost::asio::io_context*>& contexts);

}  // namespace triad::http
