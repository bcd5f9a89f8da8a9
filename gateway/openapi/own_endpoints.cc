#include "gateway/openapi/own_endpoints.h"

#include <utility>

#include "gateway/openapi/operations.h"

namespace triad::gateway {
namespace {

Json String(const char* description) {
  return Json{{"type", "string"}, {"description", description}};
}

Json HealthSchema() {
  Json service{{"type", "object"},
               {"properties",
                {{"name", String("Full name of the gRPC service.")},
                 {"status", String("`SERVING`, `NOT_SERVING` or another of grpc.health.v1, or "
                                   "`UNREACHABLE` if the service does not answer.")}}},
               {"required", {"name", "status"}}};
  return Json{{"type", "object"},
              {"properties",
               {{"status", String("`ok` if every service is serving.")},
                {"services",
                 {{"type", "array"},
                  {"items", service},
                  {"description", "With `verbose`, or if not every service is serving."}}}}},
              {"required", {"status"}}};
}

Json HealthOperation() {
  Json content{{"application/json", {{"schema", HealthSchema()}}}};
  Json verbose{{"name", "verbose"},
               {"in", "query"},
               {"description", "Lists the services also when all is well."},
               {"allowEmptyValue", true},
               {"schema", {{"type", "boolean"}}}};
  return Json{{"operationId", "Gateway_Health"},
              {"tags", {"Gateway"}},
              {"summary", "Tells whether every service behind the gateway is serving"},
              {"security", Json::array()},
              {"parameters", {verbose}},
              {"responses",
               {{"200", {{"description", "Every service is serving"}, {"content", content}}},
                {"503", {{"description", "Some service is not serving"}, {"content", content}}},
                {"default", ErrorResponse()}}}};
}

Json DocumentOperation() {
  Json content{{"application/json", {{"schema", {{"type", "object"}}}}}};
  return Json{{"operationId", "Gateway_OpenApi"},
              {"tags", {"Gateway"}},
              {"summary", "Returns this document"},
              {"security", Json::array()},
              {"responses",
               {{"200", {{"description", "An OpenAPI 3.1 document"}, {"content", content}}},
                {"default", ErrorResponse()}}}};
}

}  // namespace

void AddOwnEndpoints(Json& paths, Json& tags) {
  const std::pair<const char*, Json> endpoints[] = {{"/api/health", HealthOperation()},
                                                    {"/openapi.json", DocumentOperation()}};
  for (const auto& [path, operation] : endpoints) {
    if (!paths[path].contains("get")) paths[path]["get"] = operation;
  }
  tags.push_back({{"name", "Gateway"}, {"description", "What the gateway answers itself."}});
}

}  // namespace triad::gateway
