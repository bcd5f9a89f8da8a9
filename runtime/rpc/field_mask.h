// Which fields an update changes, as AIP-134 has it.
#pragma once

#include <google/protobuf/field_mask.pb.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace triad::rpc {

// INVALID_ARGUMENT, naming update_mask and what `can_change`, if it names something else than
// fields of `resource`, fields of a message in it, and `*`. A field that cannot change may be
// named, as a mask of all that a request has does: it stays as it is (AIP-203).
absl::Status CheckMask(const google::protobuf::FieldMask& mask,
                       const google::protobuf::Descriptor& resource,
                       absl::Span<const absl::string_view> can_change);

// Whether the field `path` changes: the mask names it, a field of it, or `*`; or, without a
// mask, the request has set it.
bool MaskNames(const google::protobuf::FieldMask& mask, absl::string_view path, bool is_set);

}  // namespace triad::rpc
