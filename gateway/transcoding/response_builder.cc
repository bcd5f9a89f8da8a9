#include "gateway/transcoding/response_builder.h"

#include <google/protobuf/descriptor.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "gateway/transcoding/wire.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

absl::Status Malformed(const Route& route) {
  return absl::InternalError(
      absl::StrCat("the service sent what is not a ", route.method->output_type()->full_name()));
}

// Converts a message that holds the field alone, and takes the field out.
absl::StatusOr<std::string> FieldJson(const FieldDescriptor& field, const Codec& codec,
                                      absl::string_view encoded) {
  TRIAD_ASSIGN_OR_RETURN(std::string whole, codec.WireToJson(*field.containing_type(), encoded));
  auto object = nlohmann::ordered_json::parse(whole, nullptr, false);
  auto found = object.find(field.json_name());
  if (found != object.end()) return found->dump();
  return std::string(field.is_map() ? "{}" : field.is_repeated() ? "[]" : "null");
}

}  // namespace

absl::StatusOr<std::string> ResponseJson(const Route& route, const Codec& codec,
                                         absl::string_view wire) {
  const Descriptor& response = *route.method->output_type();
  if (route.response_body.empty()) return codec.WireToJson(response, wire);
  const FieldDescriptor& field = *response.FindFieldByName(route.response_body);
  WireField found;
  if (!FindField(wire, field.number(), found)) return Malformed(route);
  if (field.message_type() != nullptr && !field.is_repeated()) {
    return codec.WireToJson(*field.message_type(), found.merged);
  }
  return FieldJson(field, codec, found.encoded);
}

absl::StatusOr<std::string> ResumeId(const Route& route, absl::string_view wire) {
  if (route.resume_response == nullptr) return std::string();
  WireField found;
  if (!FindField(wire, route.resume_response->number(), found)) return Malformed(route);
  if (route.resume_response->type() == FieldDescriptor::TYPE_STRING) {
    return std::string(found.last_bytes);
  }
  if (found.last_varint == 0) return std::string();
  return absl::StrCat(static_cast<std::int64_t>(found.last_varint));
}

}  // namespace triad::gateway
