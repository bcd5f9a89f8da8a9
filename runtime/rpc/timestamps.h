// Times as messages have them, to the microsecond.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace triad::rpc {

google::protobuf::Timestamp TimeToProto(absl::Time time);
// INVALID_ARGUMENT, naming `field`, if it is none.
absl::StatusOr<absl::Time> TimeFromProto(absl::string_view field,
                                         const google::protobuf::Timestamp& time);

}  // namespace triad::rpc
