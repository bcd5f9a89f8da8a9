// Calls over gRPC, straight to a service.
#pragma once

#include <memory>
#include <string>

#include "cli/transport/client.h"

namespace triad::cli {

// `target` is HOST:PORT. Connects with the first call.
std::unique_ptr<Client> MakeGrpcClient(const std::string& target, const ClientOptions& options);

}  // namespace triad::cli
