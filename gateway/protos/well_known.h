// Messages that proto3 JSON writes as something other than an object.
#pragma once

#include <string>

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

// Whether `part`, a field of `message` or else all of it, is one google.api.HttpBody.
bool IsHttpBody(const google::protobuf::Descriptor& message, const std::string& part);

}  // namespace triad::gateway
