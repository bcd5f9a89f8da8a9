#include "gateway/openapi/operations.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "gateway/openapi/comments.h"
#include "gateway/openapi/rules.h"
#include "gateway/protos/well_known.h"
#include "gateway/transcoding/request_builder.h"
#include "gateway/transcoding/response_builder.h"

namespace triad::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::MethodOptions;

Json Content(const char* type, Json schema) {
  return Json{{type, {{"schema", std::move(schema)}}}};
}

Json RawContent() {
  return Content("application/octet-stream", Json{{"type", "string"}, {"format", "binary"}});
}

// What a route's body or response_body names: a field, or else the whole message.
Json PartSchema(const Descriptor& message, const FieldPath& part, Use use, SchemaBook& schemas) {
  return part.empty() ? schemas.OfMessage(message, use) : schemas.OfField(*part.back(), use);
}

Json MakeParameter(const std::string& name, absl::string_view place, const std::string& description,
                   Json schema) {
  Json parameter{{"name", name}, {"in", place}};
  if (place == "path") parameter["required"] = true;
  parameter = Described(std::move(parameter), description);
  parameter["schema"] = std::move(schema);
  return parameter;
}

const FieldDescriptor* FieldAt(const Descriptor& request, const std::string& path) {
  const Descriptor* message = &request;
  std::size_t begin = 0;
  while (true) {
    std::size_t dot = path.find('.', begin);
    const FieldDescriptor* field = message->FindFieldByName(path.substr(begin, dot - begin));
    if (dot == std::string::npos) return field;
    message = field->message_type();
    begin = dot + 1;
  }
}

std::string PathParameterText(const Route& route, const NamedPath& path,
                              const PathParameter& parameter, const FieldDescriptor* field) {
  std::string text;
  if (parameter.whole) {
    text = CommentOf(*field);
  } else if (parameter.variable != nullptr) {
    text = absl::StrCat("The `{", parameter.name, "}` of the resource name `",
                        NamedPattern(route.path, path, *parameter.variable), "`.");
  }
  if (parameter.rest) {
    absl::StrAppend(&text, text.empty() ? "" : " ",
                    "May hold several segments: send each percent-encoded, with `/` between them.");
  }
  return text;
}

Json PathParameters(const Route& route, const NamedPath& path, SchemaBook& schemas) {
  Json parameters = Json::array();
  for (const PathParameter& parameter : path.parameters) {
    const FieldDescriptor* field = nullptr;
    if (parameter.variable != nullptr) {
      field = FieldAt(*route.method->input_type(), parameter.variable->field_path);
      schemas.MayLeaveOut(*field);
    }
    parameters.push_back(MakeParameter(
        parameter.name, "path", PathParameterText(route, path, parameter, field),
        parameter.whole ? schemas.OfField(*field, Use::kInput) : Json{{"type", "string"}}));
  }
  return parameters;
}

// Every field that is neither in the path nor in the body, messages opened up.
class QueryParameters {
 public:
  QueryParameters(const Route& route, SchemaBook& schemas) : route_(route), schemas_(schemas) {
    for (const auto& variable : route.path.variables) bound_.insert(variable.field_path);
  }

  void AppendTo(Json& parameters) {
    if (route_.body == "*") return;
    Walk(*route_.method->input_type(), "", parameters);
  }

 private:
  void Walk(const Descriptor& message, const std::string& prefix, Json& parameters) {
    if (!open_.insert(&message).second) return;  // a message within itself
    for (int i = 0; i < message.field_count(); ++i) {
      const FieldDescriptor& field = *message.field(i);
      std::string name = prefix + field.name();
      if (bound_.count(name) != 0 || name == route_.body) continue;
      if (IsTextField(field)) {
        Json value =
            MakeParameter(name, "query", Comment(field), schemas_.OfField(field, Use::kInput));
        if (prefix.empty() && IsRequired(field)) value["required"] = true;
        parameters.push_back(std::move(value));
      } else if (field.is_map() && IsTextField(*field.message_type()->map_value())) {
        Json entries =
            MakeParameter(name, "query", CommentOf(field), schemas_.OfField(field, Use::kInput));
        entries["style"] = "deepObject";  // name[key]=value
        entries["explode"] = true;
        parameters.push_back(std::move(entries));
      } else if (!field.is_repeated() && WellKnownType(*field.message_type()) == WellKnown::kNone) {
        Walk(*field.message_type(), name + ".", parameters);
      }
    }
    open_.erase(&message);
  }

  std::string Comment(const FieldDescriptor& field) {
    std::string comment = CommentOf(field);
    if (&field != route_.body_mask) return comment;
    return absl::StrCat(comment, comment.empty() ? "" : " ",
                        "Without it: the fields that the body has.");
  }

  const Route& route_;
  SchemaBook& schemas_;
  std::set<std::string> bound_;
  std::set<const Descriptor*> open_;
};

Json LastEventId(const Route& route) {
  return MakeParameter(
      "Last-Event-ID", "header",
      absl::StrCat("The id of the last event received: resumes the stream behind it, "
                   "whatever `",
                   route.resume_request->name(), "` says."),
      Json{{"type", "string"}});
}

// A value on each line, or a list.
Json ClientStreamContent(const Json& message) {
  Json line = message;
  line["description"] = "One line: a message of the stream.";
  return Json{{"application/x-ndjson", {{"schema", line}}},
              {"application/json", {{"schema", {{"type", "array"}, {"items", message}}}}}};
}

Json RequestContent(const Route& route, SchemaBook& schemas) {
  if (TakesRawBody(route)) return RawContent();
  Json message = PartSchema(*route.method->input_type(), route.body_path, Use::kInput, schemas);
  return route.method->client_streaming() ? ClientStreamContent(message)
                                          : Content("application/json", std::move(message));
}

Json RequestBody(const Route& route, SchemaBook& schemas) {
  return Json{{"content", RequestContent(route, schemas)}, {"required", true}};
}

// What the events of a stream say about resuming it.
std::string Resuming(const Route& route) {
  if (route.resume_response == nullptr) return "";
  std::string text = " The `id:` is what `Last-Event-ID` takes.";
  if (route.resume_payload.empty()) return text;
  return absl::StrCat(
      text,
      " An `id:` alone, without data, says how far the stream has come: in NDJSON it is a line "
      "whose `",
      absl::StrJoin(route.resume_payload, "` and `",
                    [](std::string* out, const FieldDescriptor* field) {
                      absl::StrAppend(out, field->json_name());
                    }),
      "` ", route.resume_payload.size() == 1 ? "is" : "are", " empty.");
}

Json StreamContent(const Json& message, const Route& route) {
  Json line{
      {"type", "object"},
      {"description", "One line: a result or, as the last one, an error."},
      {"properties",
       {{"result", message}, {"error", {{"$ref", "#/components/schemas/google.rpc.Status"}}}}}};
  Json event = message;
  event["description"] = absl::StrCat(
      "The `data:` of one event. An error is an event `status` with a "
      "`google.rpc.Status`; UNAVAILABLE and RESOURCE_EXHAUSTED come like that from the "
      "start, with status 200 and a time to `retry:`.",
      Resuming(route));
  return Json{{"application/x-ndjson", {{"schema", line}}},
              {"text/event-stream", {{"schema", event}}}};
}

Json SuccessResponse(const Route& route, SchemaBook& schemas) {
  if (GivesRawBody(route)) return Json{{"description", "The content"}, {"content", RawContent()}};
  const Descriptor& response = *route.method->output_type();
  std::string description = FirstSentence(CommentOf(response));
  Json schema = PartSchema(response, route.response_path, Use::kOutput, schemas);
  return Json{{"description", description.empty() ? "The answer" : description},
              {"content", route.method->server_streaming()
                              ? StreamContent(schema, route)
                              : Content("application/json", std::move(schema))}};
}

// Reads are open to everybody.
Json Security(const MethodDescriptor& method) {
  bool reads = method.options().idempotency_level() == MethodOptions::NO_SIDE_EFFECTS;
  return reads ? Json::array() : Json::array({Json{{"bearer", Json::array()}}});
}

}  // namespace

Json TimeoutParameter() {
  return MakeParameter(
      "X-Request-Timeout", "header",
      "How long to wait for the answer, in seconds or with a unit (`100ms`); then it "
      "is 504. It can only shorten what the gateway waits. `Grpc-Timeout`, as gRPC "
      "has it, does the same.",
      Json{{"type", "string"}});
}

Json ErrorResponse() { return Json{{"$ref", "#/components/responses/Error"}}; }

Json Operation(const Route& route, const NamedPath& path, const std::string& id,
               SchemaBook& schemas) {
  std::string comment = CommentOf(*route.method);
  std::string summary = FirstSentence(comment);
  Json operation{{"operationId", id},
                 {"tags", {route.method->service()->name()}},
                 {"summary", summary.empty() ? route.method->name() : summary}};
  if (route.timeout.has_value()) {
    absl::StrAppend(&comment, comment.empty() ? "" : "\n\n", "Takes at most ",
                    absl::FormatDuration(*route.timeout), "; then it is 504.");
  }
  operation = Described(std::move(operation), comment);
  if (route.method->options().deprecated()) operation["deprecated"] = true;
  operation["security"] = Security(*route.method);
  Json parameters = PathParameters(route, path, schemas);
  QueryParameters(route, schemas).AppendTo(parameters);
  if (route.resume_request != nullptr) parameters.push_back(LastEventId(route));
  parameters.push_back({{"$ref", absl::StrCat("#/components/parameters/", kTimeoutParameter)}});
  operation["parameters"] = std::move(parameters);
  if (!route.body.empty()) operation["requestBody"] = RequestBody(route, schemas);
  schemas.UseStyle(route.json_style);
  operation["responses"] =
      Json{{"200", SuccessResponse(route, schemas)}, {"default", ErrorResponse()}};
  schemas.UseStyle({});
  return operation;
}

}  // namespace triad::gateway
