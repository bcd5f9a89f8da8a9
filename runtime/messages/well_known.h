// Messages that ProtoJSON writes as something other than an object of their fields.
#pragma once

#include <cstdint>

namespace google::protobuf {
class Descriptor;
}

namespace triad::messages {

enum class WellKnown : std::uint8_t {
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

// Thread-safe.
WellKnown WellKnownType(const google::protobuf::Descriptor& message);

}  // namespace triad::messages
