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

// The header that every operation has, among the document's parameters.
inline constexpr char kTimeoutParameter[] = "RequestTimeout";
Json TimeoutParameter();

}  // namespace triad::gateway
