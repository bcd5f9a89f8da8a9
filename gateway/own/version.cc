#include "gateway/own/version.h"

#include <utility>

#include "runtime/base/version.h"

namespace triad::gateway {
namespace {

using grpc_client::TargetBuild;
using Json = nlohmann::ordered_json;

Json BuildSchema() {
  return Json{{"commit",
               {{"type", "string"},
                {"description",
                 "The commit's short hash; of an image, its tag. Absent if the "
                 "service does not answer, or does not tell."}}},
              {"version", {{"type", "string"}, {"description", "As `0.1.0`; absent likewise."}}}};
}

Json VersionSchema() {
  Json service{
      {"type", "object"},
      {"properties",
       {{"name", {{"type", "string"}, {"description", "Full name of the gRPC service."}}}}},
      {"required", {"name"}}};
  service["properties"].update(BuildSchema());
  Json schema{{"type", "object"},
              {"properties", BuildSchema()},
              {"required", {"commit", "version", "services"}}};
  schema["properties"]["services"] = {
      {"type", "array"},
      {"items", service},
      {"description", "One replica of each, another the next time."}};
  return schema;
}

void AddBuild(absl::string_view commit, absl::string_view version, Json& json) {
  if (!commit.empty()) json["commit"] = std::string(commit);
  if (!version.empty()) json["version"] = std::string(version);
}

Json Version(const std::map<std::string, std::string>& targets,
             const std::vector<TargetBuild>& builds) {
  Json services = Json::array();
  for (const auto& [service, target] : targets) {
    for (const TargetBuild& build : builds) {
      if (build.target != target) continue;
      Json one{{"name", service}};
      AddBuild(build.commit, build.version, one);
      services.push_back(std::move(one));
    }
  }
  Json version = Json::object();
  AddBuild(GetBuildInfo().commit, GetBuildInfo().version, version);
  version["services"] = std::move(services);
  return version;
}

}  // namespace

Json VersionResponses() {
  Json content{{"application/json", {{"schema", VersionSchema()}}}};
  return Json{{"200", {{"description", "What runs"}, {"content", content}}}};
}

void AnswerVersion(const OwnParts& parts, absl::string_view, const OwnResponse& respond) {
  parts.builds.Ask([&targets = parts.targets, respond](const std::vector<TargetBuild>& builds) {
    http::ResponseHead head;
    head.headers.Add("Content-Type", "application/json");
    head.headers.Add("Cache-Control", "no-store");
    // What another service tells may be no UTF-8.
    respond(std::move(head),
            Version(targets, builds).dump(-1, ' ', false, Json::error_handler_t::replace));
  });
}

}  // namespace triad::gateway
