#include "gateway/own/health.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace triad::gateway {
namespace {

using grpc_client::TargetHealth;
using Json = nlohmann::ordered_json;

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

// Names of services come from descriptors: nothing in them needs escaping.
void Respond(const std::map<std::string, std::string>& targets,
             const std::vector<TargetHealth>& health, bool verbose, const OwnResponse& respond) {
  std::vector<std::string> services;
  std::vector<std::string> not_serving;
  for (const auto& [service, target] : targets) {
    for (const TargetHealth& one : health) {
      if (one.target != target) continue;
      services.push_back(
          absl::StrCat("{\"name\":\"", service, "\",\"status\":\"", one.status, "\"}"));
      if (!one.serving) not_serving.push_back(absl::StrCat("\"", service, "\""));
    }
  }
  bool ok = not_serving.empty();
  std::string body = ok ? "{\"status\":\"ok\""
                        : absl::StrCat("{\"status\":\"unavailable\",\"not_serving\":[",
                                       absl::StrJoin(not_serving, ","), "]");
  if (verbose) absl::StrAppend(&body, ",\"services\":[", absl::StrJoin(services, ","), "]");
  http::ResponseHead head;
  head.status = ok ? 200 : 503;
  head.headers.Add("Content-Type", "application/json");
  if (!ok) head.headers.Add("Retry-After", "1");
  respond(std::move(head), absl::StrCat(body, "}"));
}

}  // namespace

Json HealthParameters() {
  Json verbose{{"name", "verbose"},
               {"in", "query"},
               {"description", "Lists the services also when all is well."},
               {"allowEmptyValue", true},
               {"schema", {{"type", "boolean"}}}};
  return Json::array({std::move(verbose)});
}

Json HealthResponses() {
  Json content{{"application/json", {{"schema", HealthSchema()}}}};
  return Json{{"200", {{"description", "Every service is serving"}, {"content", content}}},
              {"503", {{"description", "Some service is not serving"}, {"content", content}}}};
}

void AnswerHealth(const OwnParts& parts, absl::string_view query, const OwnResponse& respond) {
  bool verbose = Asks(query, "verbose");
  parts.health.Check(
      [&targets = parts.targets, verbose, respond](const std::vector<TargetHealth>& health) {
        Respond(targets, health, verbose, respond);
      });
}

}  // namespace triad::gateway
