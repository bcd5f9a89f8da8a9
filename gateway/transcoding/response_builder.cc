#include "gateway/transcoding/response_builder.h"

#include <google/api/httpbody.pb.h>
#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/protos/well_known.h"
#include "gateway/transcoding/wire.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

using google::protobuf::FieldDescriptor;

absl::Status Malformed(const Route& route) {
  return absl::InternalError(
      absl::StrCat("the service sent what is not a ", route.method->output_type()->full_name()));
}

}  // namespace

absl::StatusOr<std::string> ResponseJson(const Route& route, const Codec& codec,
                                         absl::string_view wire, const JsonStyle& style,
                                         ConversionMemory& memory) {
  if (route.response_path.empty()) {
    return codec.WireToJson(*route.method->output_type(), wire, style, memory);
  }
  return codec.WireToJson(route.response_path, wire, style, memory);
}

absl::StatusOr<std::string> ResumeId(const Route& route, absl::string_view wire) {
  if (route.resume_response == nullptr) return std::string();
  WireField found;
  if (!FindField(wire, route.resume_response->number(), found)) return Malformed(route);
  if (route.resume_response->type() == FieldDescriptor::TYPE_STRING) {
    return std::string(found.last_bytes());
  }
  if (found.last_varint == 0) return std::string();
  return absl::StrCat(static_cast<std::int64_t>(found.last_varint));
}

absl::StatusOr<bool> IsMark(const Route& route, absl::string_view wire) {
  for (const FieldDescriptor* field : route.resume_payload) {
    WireField found;
    if (!FindField(wire, field->number(), found)) return Malformed(route);
    if (found.is_there) return false;
  }
  return !route.resume_payload.empty();
}

bool GivesRawBody(const Route& route) {
  return IsHttpBody(*route.method->output_type(), route.response_path);
}

absl::StatusOr<RawBody> ParseRawBody(const Route& route, std::string wire) {
  using google::api::HttpBody;
  absl::string_view body = wire;
  for (const FieldDescriptor* field : route.response_path) {
    WireField found;
    if (!FindField(body, field->number(), found)) return Malformed(route);
    body = found.last_bytes();
    if (found.payloads.size() > 1) body = wire = Joined(found.payloads);
  }
  WireField content_type, data;
  if (!FindField(body, HttpBody::kContentTypeFieldNumber, content_type) ||
      !FindField(body, HttpBody::kDataFieldNumber, data)) {
    return Malformed(route);
  }
  RawBody raw{std::string(content_type.last_bytes()), {}, 0};
  if (data.last_bytes().empty()) return raw;
  raw.begin = static_cast<std::size_t>(data.last_bytes().data() - wire.data());
  wire.resize(raw.begin + data.last_bytes().size());
  raw.bytes = std::move(wire);
  return raw;
}

}  // namespace triad::gateway
