// The endpoints that the gateway answers itself.
#pragma once

#include "gateway/openapi/schemas.h"

namespace triad::gateway {

// Adds GET /api/health and GET /openapi.json, where no rule has taken the path.
void AddOwnEndpoints(Json& paths, Json& tags);

}  // namespace triad::gateway
