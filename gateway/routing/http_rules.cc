#include "gateway/routing/http_rules.h"

#include <google/api/annotations.pb.h>
#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gateway/protos/well_known.h"
#include "runtime/base/status.h"
#include "triad/gateway/v1/annotations.pb.h"

namespace triad::gateway {
namespace {

using google::api::HttpRule;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;

absl::Status Problem(absl::string_view text) { return absl::InvalidArgumentError(text); }

// A method of HTTP is a token of RFC 9110; "*" stands for any.
bool IsHttpMethod(absl::string_view kind) {
  for (char c : kind) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) &&
        absl::string_view("!#$%&'*+-.^_`|~").find(c) == absl::string_view::npos) {
      return false;
    }
  }
  return !kind.empty();
}

absl::Status SetPattern(const HttpRule& rule, Route& route) {
  switch (rule.pattern_case()) {
    case HttpRule::kGet:
      route.http_method = "GET", route.path_template = rule.get();
      break;
    case HttpRule::kPut:
      route.http_method = "PUT", route.path_template = rule.put();
      break;
    case HttpRule::kPost:
      route.http_method = "POST", route.path_template = rule.post();
      break;
    case HttpRule::kDelete:
      route.http_method = "DELETE", route.path_template = rule.delete_();
      break;
    case HttpRule::kPatch:
      route.http_method = "PATCH", route.path_template = rule.patch();
      break;
    case HttpRule::kCustom:
      route.http_method = rule.custom().kind(), route.path_template = rule.custom().path();
      break;
    case HttpRule::PATTERN_NOT_SET:
      return Problem("the rule has no get, put, post, delete, patch or custom");
  }
  if (!IsHttpMethod(route.http_method)) {
    return Problem(absl::StrCat("\"", route.http_method, "\" is not an HTTP method"));
  }
  return absl::OkStatus();
}

// A path variable names a field that one piece of text can hold.
absl::Status CheckVariable(const Descriptor& request, const std::string& path) {
  const Descriptor* message = &request;
  const FieldDescriptor* field = nullptr;
  for (absl::string_view name : absl::StrSplit(path, '.')) {
    if (message == nullptr) {
      return Problem(absl::StrCat("field \"", path, "\": ", field->name(), " is not a message"));
    }
    field = message->FindFieldByName(std::string(name));
    if (field == nullptr) {
      return Problem(absl::StrCat("field \"", path, "\": ", message->full_name(),
                                  " has no field \"", name, "\""));
    }
    if (field->is_repeated()) {
      return Problem(absl::StrCat("field \"", path, "\": a path cannot bind a repeated field"));
    }
    message = IsTextField(*field) ? nullptr : field->message_type();
  }
  if (message != nullptr) {
    return Problem(absl::StrCat("field \"", path, "\": a path cannot bind a message"));
  }
  return absl::OkStatus();
}

absl::Status CheckTopLevel(const Descriptor& message, absl::string_view option,
                           const std::string& field) {
  if (field.empty() || message.FindFieldByName(field) != nullptr) return absl::OkStatus();
  return Problem(absl::StrCat(option, ": ", message.full_name(), " has no field \"", field, "\""));
}

absl::StatusOr<const FieldDescriptor*> ResumeField(const Descriptor& message,
                                                   const std::string& name) {
  const FieldDescriptor* field = message.FindFieldByName(name);
  if (field == nullptr || field->is_repeated() ||
      (field->type() != FieldDescriptor::TYPE_INT64 &&
       field->type() != FieldDescriptor::TYPE_STRING)) {
    return Problem(absl::StrCat("resume: ", message.full_name(), " has no int64 or string field \"",
                                name, "\""));
  }
  return field;
}

absl::Status SetResume(Route& route) {
  const MethodDescriptor& method = *route.method;
  if (!method.options().HasExtension(v1::resume)) return absl::OkStatus();
  if (!method.server_streaming()) return Problem("resume: the method streams nothing");
  const auto& resume = method.options().GetExtension(v1::resume);
  TRIAD_ASSIGN_OR_RETURN(route.resume_request,
                         ResumeField(*method.input_type(), resume.request_field()));
  TRIAD_ASSIGN_OR_RETURN(route.resume_response,
                         ResumeField(*method.output_type(), resume.response_field()));
  return absl::OkStatus();
}

absl::Status Fill(const HttpRule& http, Rule& rule) {
  Route& route = *rule.route;
  TRIAD_RETURN_IF_ERROR(SetPattern(http, route));
  TRIAD_ASSIGN_OR_RETURN(rule.path, ParsePathTemplate(route.path_template));
  const Descriptor& request = *route.method->input_type();
  for (const auto& variable : rule.path.variables) {
    TRIAD_RETURN_IF_ERROR(CheckVariable(request, variable.field_path));
  }
  route.body = http.body();
  if (route.body != "*") TRIAD_RETURN_IF_ERROR(CheckTopLevel(request, "body", route.body));
  route.response_body = http.response_body();
  TRIAD_RETURN_IF_ERROR(
      CheckTopLevel(*route.method->output_type(), "response_body", route.response_body));
  return SetResume(route);
}

absl::Status Add(const MethodDescriptor& method, const HttpRule& http, std::vector<Rule>& rules) {
  Rule rule;
  rule.route = std::make_unique<Route>();
  rule.route->method = &method;
  rule.route->grpc_path = absl::StrCat("/", method.service()->full_name(), "/", method.name());
  absl::Status status = Fill(http, rule);
  if (!status.ok()) return Annotate(status, absl::StrCat(Describe(*rule.route), ": "));
  rules.push_back(std::move(rule));
  return absl::OkStatus();
}

absl::Status AddMethod(const MethodDescriptor& method, std::vector<Rule>& rules) {
  if (!method.options().HasExtension(google::api::http)) return absl::OkStatus();
  const HttpRule& http = method.options().GetExtension(google::api::http);
  TRIAD_RETURN_IF_ERROR(Add(method, http, rules));
  for (const HttpRule& extra : http.additional_bindings()) {
    TRIAD_RETURN_IF_ERROR(Add(method, extra, rules));
    if (extra.additional_bindings_size() > 0) {
      return Problem(absl::StrCat(Describe(*rules.back().route),
                                  ": additional_bindings cannot hold additional_bindings"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Rule>> CollectRules(const google::protobuf::DescriptorPool& pool,
                                               const std::vector<std::string>& files) {
  std::vector<Rule> rules;
  for (const std::string& name : files) {
    const auto* file = pool.FindFileByName(name);
    if (file == nullptr) return Problem(absl::StrCat("there is no file ", name));
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        TRIAD_RETURN_IF_ERROR(AddMethod(*file->service(s)->method(m), rules));
      }
    }
  }
  return rules;
}

std::string Describe(const Route& route) {
  return absl::StrCat(route.method->full_name(), " (", route.http_method, " ", route.path_template,
                      ")");
}

}  // namespace triad::gateway
