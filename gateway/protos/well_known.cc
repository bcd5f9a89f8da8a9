#include "gateway/protos/well_known.h"

#include <google/protobuf/descriptor.h>

#include "absl/container/flat_hash_map.h"

namespace triad::gateway {

WellKnown WellKnownType(const google::protobuf::Descriptor& message) {
  static const auto& kTypes = *new absl::flat_hash_map<std::string, WellKnown>{
      {"google.protobuf.Timestamp", WellKnown::kTimestamp},
      {"google.protobuf.Duration", WellKnown::kDuration},
      {"google.protobuf.FieldMask", WellKnown::kFieldMask},
      {"google.protobuf.DoubleValue", WellKnown::kWrapper},
      {"google.protobuf.FloatValue", WellKnown::kWrapper},
      {"google.protobuf.Int64Value", WellKnown::kWrapper},
      {"google.protobuf.UInt64Value", WellKnown::kWrapper},
      {"google.protobuf.Int32Value", WellKnown::kWrapper},
      {"google.protobuf.UInt32Value", WellKnown::kWrapper},
      {"google.protobuf.BoolValue", WellKnown::kWrapper},
      {"google.protobuf.StringValue", WellKnown::kWrapper},
      {"google.protobuf.BytesValue", WellKnown::kWrapper},
      {"google.protobuf.Struct", WellKnown::kStruct},
      {"google.protobuf.Value", WellKnown::kValue},
      {"google.protobuf.ListValue", WellKnown::kListValue},
      {"google.protobuf.Any", WellKnown::kAny},
      {"google.protobuf.Empty", WellKnown::kEmpty},
      {"google.api.HttpBody", WellKnown::kHttpBody},
  };
  auto found = kTypes.find(message.full_name());
  return found == kTypes.end() ? WellKnown::kNone : found->second;
}

bool IsTextField(const google::protobuf::FieldDescriptor& field) {
  if (field.message_type() == nullptr) return true;
  switch (WellKnownType(*field.message_type())) {
    case WellKnown::kTimestamp:
    case WellKnown::kDuration:
    case WellKnown::kFieldMask:
    case WellKnown::kWrapper:
      return true;
    default:
      return false;
  }
}

bool IsHttpBody(const google::protobuf::Descriptor& message, const std::string& part) {
  const auto* field = part.empty() ? nullptr : message.FindFieldByName(part);
  if (field == nullptr) return WellKnownType(message) == WellKnown::kHttpBody;
  return !field->is_repeated() && field->message_type() != nullptr &&
         WellKnownType(*field->message_type()) == WellKnown::kHttpBody;
}

}  // namespace triad::gateway
