// Messages that proto3 JSON writes as something other than an object.
#pragma once

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace triad::gateway {

enum class WellKnown {
  kNone,
  kTimestamp,
  kDuration,
  kFieldMask,
  kWrapper,  // google.protobuf.StringValue and its kin: the field `value`
  kStruct,
  kValue,
  kListValue,
  kAny,
  kEmpty,
  kHttpBody,
};

WellKnown WellKnownType(const google::protobuf::Descriptor& message);

// Whether one piece of text can stand for the field's value (or for one element
// of it): scalars, enums, wrappers, Timestamp, Duration, FieldMask.
bool IsTextField(const google::protobuf::FieldDescriptor& field);

}  // namespace triad::gateway
