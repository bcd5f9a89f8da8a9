#include "runtime/messages/well_known.h"

#include <google/protobuf/descriptor.h>

#include <string>

#include "absl/container/flat_hash_map.h"

namespace triad::messages {

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

}  // namespace triad::messages
