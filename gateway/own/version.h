// GET /api/version: what the gateway and the services were built from.
#pragma once

#include "gateway/own/own_endpoints.h"

namespace triad::gateway {

// See OwnEndpoint.
nlohmann::ordered_json VersionResponses();
void AnswerVersion(const OwnParts& parts, absl::string_view query, const OwnResponse& respond);

}  // namespace triad::gateway
