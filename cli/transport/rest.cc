#include "cli/transport/rest.h"

#include <google/api/annotations.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>
#include <google/rpc/status.pb.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "gateway/routing/path_template.h"
#include "runtime/base/status.h"

namespace triad::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using nlohmann::json;

struct Rule {
  std::string verb;
  std::string path;
  std::string body;
};

absl::StatusOr<Rule> RuleOf(const MethodDescriptor& method) {
  const google::api::HttpRule& rule = method.options().GetExtension(google::api::http);
  switch (rule.pattern_case()) {
    case google::api::HttpRule::kGet:
      return Rule{"GET", rule.get(), rule.body()};
    case google::api::HttpRule::kPut:
      return Rule{"PUT", rule.put(), rule.body()};
    case google::api::HttpRule::kPost:
      return Rule{"POST", rule.post(), rule.body()};
    case google::api::HttpRule::kPatch:
      return Rule{"PATCH", rule.patch(), rule.body()};
    case google::api::HttpRule::kDelete:
      return Rule{"DELETE", rule.delete_(), rule.body()};
    default:
      break;
  }
  return absl::InternalError(absl::StrCat(method.full_name(), " has no HTTP rule"));
}

// Fields under their names in the proto, so that a path of fields finds them.
absl::StatusOr<json> ToJson(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string text;
  auto status = google::protobuf::util::MessageToJsonString(message, &text, options);
  json value = json::parse(text, nullptr, false);
  if (status.ok() && value.is_object()) return value;
  return absl::InternalError(
      absl::StrCat("cannot write ", message.GetDescriptor()->full_name(), " as JSON"));
}

// Takes the field of "entry.name" out of `fields`; empty if it is not set.
std::string Take(json& fields, absl::string_view path) {
  json* at = &fields;
  std::vector<std::string> names = absl::StrSplit(path, '.');
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    auto inner = at->find(names[i]);
    if (inner == at->end()) return "";
    at = &*inner;
  }
  auto found = at->find(names.back());
  if (found == at->end()) return "";
  std::string text = found->is_string() ? found->get<std::string>() : found->dump();
  at->erase(found);
  return text;
}

// The path, with what its variables bind taken out of `fields`.
std::string ExpandPath(const gateway::PathTemplate& path, json& fields) {
  std::string expanded;
  auto variable = path.variables.begin();
  for (std::size_t i = 0; i < path.segments.size(); ++i) {
    if (variable == path.variables.end() || variable->begin != i) {
      absl::StrAppend(&expanded, "/", PercentEncoded(path.segments[i].text));
      continue;
    }
    std::string value = Take(fields, variable->field_path);
    if (!variable->multi_segment) {
      absl::StrAppend(&expanded, "/", PercentEncoded(value));
    } else {
      for (absl::string_view segment : absl::StrSplit(value, '/')) {
        absl::StrAppend(&expanded, "/", PercentEncoded(segment));
      }
    }
    i = variable->end - 1;
    ++variable;
  }
  if (!path.verb.empty()) absl::StrAppend(&expanded, ":", PercentEncoded(path.verb));
  return expanded;
}

std::string Scalar(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void AppendParameter(const std::string& name, const json& value, std::string& query) {
  absl::StrAppend(&query, query.empty() ? "?" : "&", name, "=", PercentEncoded(Scalar(value)));
}

// Fields of `message`: "filter.method", "prefixes" again and again, "arguments[level]".
void AppendQuery(const Descriptor& message, const std::string& before, const json& fields,
                 std::string& query) {
  for (const auto& [inner, value] : fields.items()) {
    const FieldDescriptor& field = *message.FindFieldByName(inner);
    std::string name = before + inner;
    if (field.is_map()) {
      for (const auto& [key, one] : value.items()) {
        AppendParameter(absl::StrCat(name, PercentEncoded(absl::StrCat("[", key, "]"))), one,
                        query);
      }
    } else if (value.is_array()) {
      for (const json& one : value) AppendParameter(name, one, query);
    } else if (value.is_object()) {
      AppendQuery(*field.message_type(), name + ".", value, query);
    } else {
      AppendParameter(name, value, query);
    }
  }
}

struct HttpRow {
  int status;
  absl::StatusCode code;
};

// What something on the way, such as another proxy, may say by itself.
constexpr HttpRow kHttpRows[] = {
    {400, absl::StatusCode::kInvalidArgument},   {401, absl::StatusCode::kUnauthenticated},
    {403, absl::StatusCode::kPermissionDenied},  {404, absl::StatusCode::kNotFound},
    {429, absl::StatusCode::kResourceExhausted}, {502, absl::StatusCode::kUnavailable},
    {503, absl::StatusCode::kUnavailable},       {504, absl::StatusCode::kUnavailable},
};

absl::StatusCode CodeOfHttp(int status) {
  for (const HttpRow& row : kHttpRows) {
    if (row.status == status) return row.code;
  }
  return absl::StatusCode::kUnknown;
}

}  // namespace

absl::StatusOr<RestRequest> ToRest(const MethodDescriptor& method, const Message& request) {
  TRIAD_ASSIGN_OR_RETURN(Rule rule, RuleOf(method));
  TRIAD_ASSIGN_OR_RETURN(gateway::PathTemplate path, gateway::ParsePathTemplate(rule.path));
  TRIAD_ASSIGN_OR_RETURN(json fields, ToJson(request));
  RestRequest rest;
  rest.verb = rule.verb;
  rest.target = ExpandPath(path, fields);
  if (rule.body == "*") {
    rest.body = fields.dump();
    return rest;
  }
  if (!rule.body.empty()) {
    rest.body = fields.contains(rule.body) ? fields[rule.body].dump() : "{}";
    fields.erase(rule.body);
  }
  std::string query;
  AppendQuery(*method.input_type(), "", fields, query);
  rest.target += query;
  return rest;
}

std::string PercentEncoded(absl::string_view text) {
  std::string encoded;
  for (char c : text) {
    if (absl::ascii_isalnum(c) || absl::StrContains("-._~", absl::string_view(&c, 1))) {
      encoded.push_back(c);
    } else {
      absl::StrAppendFormat(&encoded, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

absl::Status FromErrorBody(absl::string_view peer, int http_status, absl::string_view body) {
  google::rpc::Status all;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  auto parsed = google::protobuf::util::JsonStringToMessage(std::string(body), &all, options);
  if (parsed.ok() && all.code() != 0) {
    absl::Status status(static_cast<absl::StatusCode>(all.code()), all.message());
    for (const auto& detail : all.details()) {
      status.SetPayload(detail.type_url(), absl::Cord(detail.value()));
    }
    return status;
  }
  return absl::Status(
      CodeOfHttp(http_status),
      absl::StrCat(peer, ": HTTP status ", http_status, ", and not in the way of Triad's gateway"));
}

}  // namespace triad::cli
