// Fields that exclude each other, given in two places.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class Descriptor;
}

namespace triad::gateway {

// `fields` are wire bytes of what path and query say of a `message`, `body` of what the
// body says. INVALID_ARGUMENT with a BadRequest that names the field of the body that is
// in one oneof with another one of `fields`: one of the two would be lost.
absl::Status CheckOneofs(const google::protobuf::Descriptor& message, absl::string_view fields,
                         absl::string_view body);

}  // namespace triad::gateway
