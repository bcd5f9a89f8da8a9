#include "gateway/own/own_endpoints.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_split.h"
#include "runtime/base/version.h"

namespace triad::gateway {
namespace {

using grpc_client::TargetBuild;
using grpc_client::TargetHealth;
using Json = nlohmann::ordered_json;

Json String(const char* description) {
  return Json{{"type", "string"}, {"description", description}};
}

// A response of OpenAPI.
Json Response(const char* description, const Json& schema) {
  return Json{{"description", description},
              {"content", {{"application/json", {{"schema", schema}}}}}};
}

Json HealthParameters() {
  Json verbose{{"name", "verbose"},
               {"in", "query"},
               {"description", "Lists the services also when all is well."},
               {"allowEmptyValue", true},
               {"schema", {{"type", "boolean"}}}};
  return Json::array({std::move(verbose)});
}

Json HealthResponses() {
  Json service{{"type", "object"},
               {"properties",
                {{"name", String("Full name of the gRPC service.")},
                 {"status", String("`SERVING`, `NOT_SERVING` or another of grpc.health.v1, or "
                                   "`UNREACHABLE` if the service does not answer.")}}},
               {"required", {"name", "status"}}};
  Json schema{{"type", "object"},
              {"properties",
               {{"status", String("`ok` if every service is serving.")},
                {"services",
                 {{"type", "array"},
                  {"items", service},
                  {"description", "With `verbose`, or if not every service is serving."}}}}},
              {"required", {"status"}}};
  return Json{{"200", Response("Every service is serving", schema)},
              {"503", Response("Some service is not serving", schema)}};
}

// Whether the query asks for `name`: "?name", "?name=" or "?name=true".
bool Asks(absl::string_view query, absl::string_view name) {
  for (absl::string_view part : absl::StrSplit(query, '&')) {
    std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(part, absl::MaxSplits('=', 1));
    if (pair.first == name) {
      return pair.second.empty() || pair.second == "true" || pair.second == "1";
    }
  }
  return false;
}

void RespondJson(int status, http::Body body, const OwnResponse& respond) {
  http::ResponseHead head;
  head.status = status;
  head.headers.Add("Content-Type", "application/json");
  if (status == 503) head.headers.Add("Retry-After", "1");
  respond(std::move(head), std::move(body));
}

void AnswerHealth(const OwnParts& parts, const http::RequestHead& request,
                  const OwnResponse& respond) {
  bool verbose = Asks(request.query(), "verbose");
  parts.health.Check(
      [&targets = parts.targets, verbose, respond](const std::vector<TargetHealth>& health) {
        Json services = Json::array();
        Json not_serving = Json::array();
        for (const auto& [service, target] : targets) {
          for (const TargetHealth& one : health) {
            if (one.target != target) continue;
            services.push_back({{"name", service}, {"status", one.status}});
            if (!one.serving) not_serving.push_back(service);
          }
        }
        bool ok = not_serving.empty();
        Json body{{"status", ok ? "ok" : "unavailable"}};
        if (!ok) body["not_serving"] = std::move(not_serving);
        if (verbose) body["services"] = std::move(services);
        RespondJson(ok ? 200 : 503, body.dump(), respond);
      });
}

Json VersionResponses() {
  Json commit = String(
      "The commit's short hash; of an image, its tag. Absent if the service does not answer, or "
      "does not tell.");
  Json version = String("As `0.1.0`; absent likewise.");
  Json service{{"type", "object"},
               {"properties",
                {{"name", String("Full name of the gRPC service.")},
                 {"commit", commit},
                 {"version", version}}},
               {"required", {"name"}}};
  Json services{{"type", "array"},
                {"items", service},
                {"description", "One replica of each, another the next time."}};
  Json schema{{"type", "object"},
              {"properties", {{"commit", commit}, {"version", version}, {"services", services}}},
              {"required", {"commit", "version", "services"}}};
  return Json{{"200", Response("What runs", schema)}};
}

void AddBuild(absl::string_view commit, absl::string_view version, Json& json) {
  if (!commit.empty()) json["commit"] = std::string(commit);
  if (!version.empty()) json["version"] = std::string(version);
}

void AnswerVersion(const OwnParts& parts, const http::RequestHead&, const OwnResponse& respond) {
  parts.builds.Ask([&targets = parts.targets, respond](const std::vector<TargetBuild>& builds) {
    Json services = Json::array();
    for (const auto& [service, target] : targets) {
      for (const TargetBuild& build : builds) {
        if (build.target != target) continue;
        Json& one = services.emplace_back(Json{{"name", service}});
        AddBuild(build.commit, build.version, one);
      }
    }
    Json body = Json::object();
    AddBuild(GetBuildInfo().commit, GetBuildInfo().version, body);
    body["services"] = std::move(services);
    // What another service tells may be no UTF-8.
    RespondJson(200, body.dump(-1, ' ', false, Json::error_handler_t::replace), respond);
  });
}

Json StreamsResponses() {
  return Json{{"101",
               {{"description",
                 "A WebSocket. `{\"id\":1,\"get\":\"/api/v1/…\",\"headers\":{…},\"after\":\"…\"}` "
                 "opens a stream and `{\"id\":1,\"cancel\":true}` ends it; "
                 "`{\"id\":1,\"data\":…,\"resume\":\"…\"}` is a message of it, and "
                 "`{\"id\":1,\"status\":…}` its end, a google.rpc.Status."}}}};
}

void AnswerDocument(const OwnParts& parts, const http::RequestHead& request,
                    const OwnResponse& respond) {
  http::Resource::Answer answer = parts.openapi.Get(request.headers);
  respond(std::move(answer.head), std::move(answer.body));
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
       true,
       AnswerHealth},
      {"/api/version",
       {"GET", "HEAD"},
       "Gateway_Version",
       "Tells what the gateway and every service behind it were built from",
       Json::array(),
       VersionResponses(),
       false,
       AnswerVersion},
      {"/api/streams",
       {"GET"},
       "Gateway_Streams",
       "Carries many server streams over one WebSocket",
       Json::array(),
       StreamsResponses(),
       true,
       nullptr},
      {"/openapi.json",
       {"GET", "HEAD"},
       "Gateway_OpenApi",
       "Returns this document",
       Json::array(),
       {{"200", Response("An OpenAPI 3.1 document", {{"type", "object"}})},
        {"304", {{"description", "`If-None-Match` names the document's `ETag`"}}}},
       false,
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
