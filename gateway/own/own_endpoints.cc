#include "gateway/own/own_endpoints.h"

#include <algorithm>
#include <utility>

#include "gateway/own/health.h"

namespace triad::gateway {
namespace {

using Json = nlohmann::ordered_json;

Json DocumentResponses() {
  Json content{{"application/json", {{"schema", {{"type", "object"}}}}}};
  return Json{{"200", {{"description", "An OpenAPI 3.1 document"}, {"content", content}}}};
}

void AnswerDocument(const OwnParts& parts, absl::string_view, const OwnResponse& respond) {
  http::ResponseHead head;
  head.headers.Add("Content-Type", "application/json");
  respond(std::move(head), parts.openapi);
}

}  // namespace

const std::vector<OwnEndpoint>& OwnEndpoints() {
  static const auto* const endpoints = new std::vector<OwnEndpoint>{
      {"/api/health",
       {"GET", "HEAD"},
       "Gateway_Health",
       "Tells whether every service behind the gateway is serving",
       HealthParameters(),
       HealthResponses(),
       AnswerHealth},
      {"/openapi.json",
       {"GET", "HEAD"},
       "Gateway_OpenApi",
       "Returns this document",
       Json::array(),
       DocumentResponses(),
       AnswerDocument},
  };
  return *endpoints;
}

const OwnEndpoint* FindOwnEndpoint(absl::string_view path) {
  const auto& endpoints = OwnEndpoints();
  auto found = std::find_if(endpoints.begin(), endpoints.end(),
                            [&](const OwnEndpoint& endpoint) { return endpoint.path == path; });
  return found == endpoints.end() ? nullptr : &*found;
}

}  // namespace triad::gateway
