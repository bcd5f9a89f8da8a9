#include "gateway/protos/well_known.h"

#include <google/protobuf/descriptor.h>

namespace triad::gateway {

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

bool IsHttpBody(const google::protobuf::Descriptor& message, const FieldPath& part) {
  if (part.empty()) return WellKnownType(message) == WellKnown::kHttpBody;
  const auto& field = *part.back();
  return !field.is_repeated() && field.message_type() != nullptr &&
         WellKnownType(*field.message_type()) == WellKnown::kHttpBody;
}

}  // namespace triad::gateway
