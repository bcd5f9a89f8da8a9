// Which fields an update changes, as AIP-134 has it.
#pragma once

#include <google/protobuf/field_mask.pb.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace triad::rpc {

// INVALID_ARGUMENT, naming update_mask, if it names something else than `known` or `*`.
absl::Status CheckMask(const google::protobuf::FieldMask& mask,
                       absl::Span<const absl::string_view> known);

// Whether the field at `path` changes: the mask names it or `*`, or, without a mask, the
// request has set it.
bool MaskNames(const google::protobuf::FieldMask& mask, absl::string_view path, bool is_set);

}  // namespace triad::rpc
