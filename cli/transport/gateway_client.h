// Calls over the REST of the gateway.
#pragma once

#include <memory>

#include "cli/transport/client.h"

namespace triad::cli {

std::unique_ptr<Client> MakeGatewayClient(const ClientOptions& options);

}  // namespace triad::cli
