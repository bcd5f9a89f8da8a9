// What a gateway does with fields by the well-known types they have.
#pragma once

#include "gateway/protos/field_path.h"
#include "runtime/messages/well_known.h"

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace triad::gateway {

using messages::WellKnown;
using messages::WellKnownType;

// Whether one piece of text can stand for the field's value (or for one element
// of it): scalars, enums, wrappers, Timestamp, Duration, FieldMask.
bool IsTextField(const google::protobuf::FieldDescriptor& field);

// Whether `part` of `message`, all of it if that names no field, is one google.api.HttpBody.
bool IsHttpBody(const google::protobuf::Descriptor& message, const FieldPath& part);

}  // namespace triad::gateway
