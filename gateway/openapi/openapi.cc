#include "gateway/openapi/openapi.h"

#include <google/protobuf/descriptor.h>

#include <array>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "gateway/openapi/comments.h"
#include "gateway/openapi/operations.h"
#include "gateway/own/own_endpoints.h"
#include "gateway/routing/http_rules.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

using google::protobuf::DescriptorPool;

// Methods that OpenAPI knows; others are written as extensions.
std::string OperationKey(const std::string& http_method) {
  static constexpr std::array<absl::string_view, 8> kKnown = {"GET",     "PUT",  "POST",  "DELETE",
                                                              "OPTIONS", "HEAD", "PATCH", "TRACE"};
  for (absl::string_view known : kKnown) {
    if (http_method == known) return absl::AsciiStrToLower(http_method);
  }
  return absl::StrCat("x-method-", http_method == "*" ? "any" : http_method);
}

// Paths and operations, each under a key of its own.
class PathTable {
 public:
  explicit PathTable(const JsonStyle& style) : schemas_(style) {}

  void Add(const Route& route) {
    NamedPath path = NameLikeOthers(route);
    std::string key = OperationKey(route.http_method);
    std::string id = OperationId(route);
    if (paths_.contains(path.path) && paths_[path.path].contains(key)) {
      absl::StrAppend(&path.path, "#", id);
    }
    paths_[path.path][key] = Operation(route, path, id, schemas_);
  }

  Json& paths() { return paths_; }
  Json Schemas() { return schemas_.Components(); }

 private:
  // Rules for the same paths share the names of the first.
  NamedPath NameLikeOthers(const Route& route) {
    NamedPath path = NamePath(route.path);
    std::vector<std::string> names;
    for (const auto& parameter : path.parameters) names.push_back(parameter.name);
    auto [first, fresh] = names_.emplace(path.signature, names);
    return fresh ? path : NamePath(route.path, first->second);
  }

  std::string OperationId(const Route& route) {
    std::string id = absl::StrCat(route.method->service()->name(), "_", route.method->name());
    std::string unique = id;
    for (int i = 2; !ids_.insert(unique).second; ++i) unique = absl::StrCat(id, "_", i);
    return unique;
  }

  SchemaBook schemas_;
  Json paths_ = Json::object();
  std::map<std::string, std::vector<std::string>> names_;  // by signature
  std::set<std::string> ids_;
};

Json Tags(const DescriptorPool& pool, const std::vector<std::string>& files) {
  Json tags = Json::array();
  std::set<std::string> names;
  for (const std::string& name : files) {
    const auto& file = *pool.FindFileByName(name);
    for (int i = 0; i < file.service_count(); ++i) {
      const auto& service = *file.service(i);
      if (!names.insert(service.name()).second) continue;
      std::string comment = CommentOf(service);
      tags.push_back({{"name", service.name()},
                      {"description", comment.empty() ? service.full_name() : comment}});
    }
  }
  return tags;
}

Json OwnOperation(const OwnEndpoint& endpoint) {
  Json operation{{"operationId", endpoint.operation_id},
                 {"tags", {"Gateway"}},
                 {"summary", endpoint.summary},
                 {"security", Json::array()}};
  if (!endpoint.parameters.empty()) operation["parameters"] = endpoint.parameters;
  operation["responses"] = endpoint.responses;
  operation["responses"]["default"] = ErrorResponse();
  return operation;
}

// What the gateway answers itself, where no rule has taken the path. HEAD needs no
// entry: it is GET without the body.
void AddOwnEndpoints(Json& paths, Json& tags) {
  for (const OwnEndpoint& endpoint : OwnEndpoints()) {
    for (const std::string& method : endpoint.methods) {
      Json& path = paths[endpoint.path];
      std::string key = OperationKey(method);
      if (method != "HEAD" && !path.contains(key)) path[key] = OwnOperation(endpoint);
    }
  }
  tags.push_back({{"name", "Gateway"}, {"description", "What the gateway answers itself."}});
}

Json StatusSchema() {
  Json detail{{"type", "object"},
              {"properties", {{"@type", {{"type", "string"}}}}},
              {"required", {"@type"}},
              {"additionalProperties", true}};
  return Json{
      {"type", "object"},
      {"description", "An error: a code of gRPC, a message, and details."},
      {"properties",
       {{"code", {{"type", "integer"}, {"format", "int32"}, {"description", "google.rpc.Code."}}},
        {"message", {{"type", "string"}, {"description", "What went wrong, in English."}}},
        {"details",
         {{"type", "array"},
          {"items", detail},
          {"description", "Messages such as google.rpc.BadRequest, which names the field."}}}}},
      {"required", {"code", "message"}}};
}

Json Components(Json schemas) {
  schemas["google.rpc.Status"] = StatusSchema();
  Json content{
      {"application/json", {{"schema", {{"$ref", "#/components/schemas/google.rpc.Status"}}}}}};
  return Json{{"schemas", std::move(schemas)},
              {"responses", {{"Error", {{"description", "An error"}, {"content", content}}}}},
              {"parameters", {{kTimeoutParameter, TimeoutParameter()}}},
              {"securitySchemes",
               {{"bearer",
                 {{"type", "http"},
                  {"scheme", "bearer"},
                  {"description", "Asked for only if the services were started with a token."}}}}}};
}

// What a client may ask of the answers' JSON.
std::string AboutAnswers(const JsonStyle& style) {
  std::string text =
      "Answers are ProtoJSON. Parameters of `Accept`, as in `application/json;field_names=proto`, "
      "choose where that leaves a choice:\n";
  for (const JsonChoice& choice : JsonChoices()) {
    const char* usual = style.*choice.member ? choice.on : choice.off;
    absl::StrAppend(&text, "\n- `", choice.name, "`: `", choice.off, "` or `", choice.on,
                    "`; without it `", usual, "`");
  }
  return text;
}

}  // namespace

absl::StatusOr<std::string> OpenApiDocument(const DescriptorPool& pool,
                                            const std::vector<std::string>& files,
                                            const OpenApiOptions& options) {
  TRIAD_ASSIGN_OR_RETURN(Routes routes, CollectRoutes(pool, files));
  PathTable table(options.json_style);
  for (const auto& route : routes) table.Add(*route);
  Json tags = Tags(pool, files);
  AddOwnEndpoints(table.paths(), tags);
  Json document{{"openapi", "3.1.0"},
                {"info",
                 {{"title", options.title},
                  {"version", options.version},
                  {"description", AboutAnswers(options.json_style)}}},
                {"servers", {{{"url", "/"}}}},
                {"tags", std::move(tags)},
                {"paths", std::move(table.paths())},
                {"components", Components(table.Schemas())}};
  // Comments that are not UTF-8 do not get past protoc; if they do, they are cut.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace triad::gateway
