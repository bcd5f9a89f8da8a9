// One route as an operation of OpenAPI.
#pragma once

#include <string>

#include "gateway/openapi/path_naming.h"
#include "gateway/openapi/schemas.h"
#include "gateway/routing/router.h"

namespace triad::gateway {

// `id` is the operationId.
Json Operation(const Route& route, const NamedPath& path, const std::string& id,
               SchemaBook& schemas);

// A response of google.rpc.Status, by reference.
Json ErrorResponse();

}  // namespace triad::gateway
