// GET /api/health: whether the services serve.
#pragma once

#include "gateway/own/own_endpoints.h"

namespace triad::gateway {

// See OwnEndpoint.
nlohmann::ordered_json HealthParameters();
nlohmann::ordered_json HealthResponses();
void AnswerHealth(const OwnParts& parts, absl::string_view query, const OwnResponse& respond);

}  // namespace triad::gateway
