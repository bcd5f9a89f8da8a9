#include <google/protobuf/descriptor.h>

#include "absl/strings/str_cat.h"
#include "gateway/protos/well_known.h"
#include "gateway/transcoding/request_builder.h"
#include "gateway/transcoding/wire.h"

namespace triad::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

// Fields of google.api.HttpBody.
constexpr int kContentType = 1;
constexpr int kData = 2;

bool IsHttpBody(const Descriptor& message) {
  return WellKnownType(message) == WellKnown::kHttpBody;
}

bool IsHttpBody(const FieldDescriptor* field) {
  return field != nullptr && !field->is_repeated() && field->message_type() != nullptr &&
         IsHttpBody(*field->message_type());
}

}  // namespace

bool TakesRawBody(const Route& route) {
  const Descriptor& request = *route.method->input_type();
  if (route.body == "*") return IsHttpBody(request);
  return !route.body.empty() && IsHttpBody(request.FindFieldByName(route.body));
}

bool GivesRawBody(const Route& route) {
  const Descriptor& response = *route.method->output_type();
  if (route.response_body.empty()) return IsHttpBody(response);
  return IsHttpBody(response.FindFieldByName(route.response_body));
}

std::string RawBodyMessage(const Route& route, absl::string_view fields,
                           absl::string_view content_type, absl::string_view data) {
  // Enough for the bytes and four heads of fields.
  constexpr std::size_t kHeads = 64;
  std::string body;
  body.reserve(content_type.size() + data.size() + kHeads);
  if (!content_type.empty()) AppendBytes(kContentType, content_type, body);
  if (!data.empty()) AppendBytes(kData, data, body);
  if (route.body == "*") return absl::StrCat(fields, body);
  std::string message(fields);
  message.reserve(fields.size() + body.size() + kHeads);
  AppendBytes(route.method->input_type()->FindFieldByName(route.body)->number(), body, message);
  return message;
}

absl::StatusOr<RawBody> ParseRawBody(const Route& route, absl::string_view wire) {
  const Descriptor& response = *route.method->output_type();
  auto malformed = [&] {
    return absl::InternalError(
        absl::StrCat("the service sent what is not a ", response.full_name()));
  };
  WireField outer;
  absl::string_view body = wire;
  if (!route.response_body.empty()) {
    int number = response.FindFieldByName(route.response_body)->number();
    if (!FindField(wire, number, outer)) return malformed();
    body = outer.merged;
  }
  WireField content_type, data;
  if (!FindField(body, kContentType, content_type) || !FindField(body, kData, data)) {
    return malformed();
  }
  return RawBody{std::string(content_type.last_bytes), std::string(data.last_bytes)};
}

}  // namespace triad::gateway
