#include "gateway/routing/http_rules.h"

#include <google/api/annotations.pb.h>
#include <google/protobuf/descriptor.h>

#include <tuple>
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

// The method and the path of a rule, both empty if it has none.
std::pair<std::string, std::string> PatternOf(const HttpRule& rule) {
  switch (rule.pattern_case()) {
    case HttpRule::kGet:
      return {"GET", rule.get()};
    case HttpRule::kPut:
      return {"PUT", rule.put()};
    case HttpRule::kPost:
      return {"POST", rule.post()};
    case HttpRule::kDelete:
      return {"DELETE", rule.delete_()};
    case HttpRule::kPatch:
      return {"PATCH", rule.patch()};
    case HttpRule::kCustom:
      return {rule.custom().kind(), rule.custom().path()};
    default:
      return {};
  }
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

// Of the field that `option` names, "entry" or "entry.value".
absl::StatusOr<FieldPath> PathOf(const Descriptor& message, absl::string_view option,
                                 const std::string& name) {
  FieldPath path;
  if (name.empty()) return path;
  const Descriptor* outer = &message;
  for (absl::string_view part : absl::StrSplit(name, '.')) {
    if (outer == nullptr || (!path.empty() && path.back()->is_repeated())) {
      return Problem(
          absl::StrCat(option, ": \"", NameOf(path), "\" in \"", name, "\" is not a message"));
    }
    const FieldDescriptor* field = outer->FindFieldByName(std::string(part));
    if (field == nullptr) {
      return Problem(
          absl::StrCat(option, ": ", outer->full_name(), " has no field \"", part, "\""));
    }
    path.push_back(field);
    outer = field->message_type();
  }
  return path;
}

bool IsFieldMask(const FieldDescriptor& field) {
  return field.message_type() != nullptr && !field.is_repeated() &&
         WellKnownType(*field.message_type()) == WellKnown::kFieldMask;
}

// AIP-134 calls it update_mask; another name is taken if there is only one mask.
const FieldDescriptor* MaskOf(const Descriptor& request) {
  const FieldDescriptor* named = request.FindFieldByName("update_mask");
  if (named != nullptr) return IsFieldMask(*named) ? named : nullptr;
  const FieldDescriptor* only = nullptr;
  for (int i = 0; i < request.field_count(); ++i) {
    if (!IsFieldMask(*request.field(i))) continue;
    if (only != nullptr) return nullptr;
    only = request.field(i);
  }
  return only;
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

// Only of these can be told whether they are there.
absl::StatusOr<const FieldDescriptor*> PayloadField(const Descriptor& message,
                                                    const std::string& name) {
  const FieldDescriptor* field = message.FindFieldByName(name);
  if (field == nullptr || (!field->is_repeated() && field->message_type() == nullptr)) {
    return Problem(absl::StrCat("resume: ", message.full_name(),
                                " has no repeated or message field \"", name, "\""));
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
  for (const std::string& name : resume.payload_field()) {
    TRIAD_ASSIGN_OR_RETURN(const FieldDescriptor* field, PayloadField(*method.output_type(), name));
    route.resume_payload.push_back(field);
  }
  return absl::OkStatus();
}

absl::Status SetTimeout(Route& route) {
  const auto& options = route.method->options();
  if (!options.HasExtension(v1::timeout)) return absl::OkStatus();
  const google::protobuf::Duration& timeout = options.GetExtension(v1::timeout);
  route.timeout = absl::Seconds(timeout.seconds()) + absl::Nanoseconds(timeout.nanos());
  if (*route.timeout <= absl::ZeroDuration()) return Problem("timeout: must be more than 0s");
  return absl::OkStatus();
}

absl::Status SetJsonStyle(Route& route) {
  const auto& options = route.method->options();
  for (int i = 0; i < options.ExtensionSize(v1::json_style); ++i) {
    const std::string& text = options.GetExtension(v1::json_style, i);
    std::pair<absl::string_view, absl::string_view> choice =
        absl::StrSplit(text, absl::MaxSplits('=', 1));
    absl::StatusOr<bool> known = route.json_style.Add(choice.first, choice.second);
    if (!known.ok()) return Annotate(known.status(), "json_style: ");
    if (!*known) return Problem(absl::StrCat("json_style: there is no \"", choice.first, "\""));
  }
  return absl::OkStatus();
}

// The parts of request and answer that are HTTP's bodies.
absl::Status SetBodies(const HttpRule& rule, Route& route) {
  const Descriptor& request = *route.method->input_type();
  route.body = rule.body();
  if (route.body != "*") {
    TRIAD_ASSIGN_OR_RETURN(route.body_path, PathOf(request, "body", route.body));
  }
  bool is_patch = route.http_method == "PATCH" && !route.body_path.empty();
  if (is_patch && route.body_path.back()->message_type() != nullptr &&
      !route.body_path.back()->is_repeated()) {
    route.body_mask = MaskOf(request);
  }
  TRIAD_ASSIGN_OR_RETURN(route.response_path, PathOf(*route.method->output_type(), "response_body",
                                                     rule.response_body()));
  return absl::OkStatus();
}

absl::Status Fill(const HttpRule& rule, Route& route) {
  if (rule.pattern_case() == HttpRule::PATTERN_NOT_SET) {
    return Problem("the rule has no get, put, post, delete, patch or custom");
  }
  std::tie(route.http_method, route.path_template) = PatternOf(rule);
  if (!IsHttpMethod(route.http_method)) {
    return Problem(absl::StrCat("\"", route.http_method, "\" is not an HTTP method"));
  }
  TRIAD_ASSIGN_OR_RETURN(route.path, ParsePathTemplate(route.path_template));
  const Descriptor& request = *route.method->input_type();
  for (const auto& variable : route.path.variables) {
    TRIAD_RETURN_IF_ERROR(CheckVariable(request, variable.field_path));
  }
  TRIAD_RETURN_IF_ERROR(SetBodies(rule, route));
  TRIAD_RETURN_IF_ERROR(SetTimeout(route));
  TRIAD_RETURN_IF_ERROR(SetJsonStyle(route));
  const auto& headers = route.method->options().GetRepeatedExtension(v1::headers);
  route.headers.assign(headers.begin(), headers.end());
  route.carries_secret = route.method->options().GetExtension(v1::secret);
  route.compresses_stream = route.method->options().GetExtension(v1::compress_stream);
  return SetResume(route);
}

absl::Status Add(const MethodDescriptor& method, const HttpRule& rule, Routes& routes) {
  Route& route = *routes.emplace_back(std::make_unique<Route>());
  route.method = &method;
  route.grpc_path = absl::StrCat("/", method.service()->full_name(), "/", method.name());
  absl::Status status = Fill(rule, route);
  return status.ok() ? status : Annotate(status, absl::StrCat(Describe(route), ": "));
}

absl::Status AddMethod(const MethodDescriptor& method, Routes& routes) {
  if (!method.options().HasExtension(google::api::http)) return absl::OkStatus();
  const HttpRule& http = method.options().GetExtension(google::api::http);
  TRIAD_RETURN_IF_ERROR(Add(method, http, routes));
  for (const HttpRule& extra : http.additional_bindings()) {
    TRIAD_RETURN_IF_ERROR(Add(method, extra, routes));
    if (extra.additional_bindings_size() > 0) {
      return Problem(absl::StrCat(Describe(*routes.back()),
                                  ": additional_bindings cannot hold additional_bindings"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Routes> CollectRoutes(const google::protobuf::DescriptorPool& pool,
                                     const std::vector<std::string>& files) {
  Routes routes;
  for (const std::string& name : files) {
    const auto* file = pool.FindFileByName(name);
    if (file == nullptr) return Problem(absl::StrCat("there is no file ", name));
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        TRIAD_RETURN_IF_ERROR(AddMethod(*file->service(s)->method(m), routes));
      }
    }
  }
  return routes;
}

std::string Describe(const Route& route) {
  return absl::StrCat(route.method->full_name(), " (", route.http_method, " ", route.path_template,
                      ")");
}

}  // namespace triad::gateway
