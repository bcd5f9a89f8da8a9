// What a PATCH changes, by what its body has.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/transcoding/codec.h"
#include "runtime/messages/message_tables.h"

namespace triad::gateway {

// See Codec::PathsIn.
absl::StatusOr<std::vector<std::string>> PathsInJson(const google::protobuf::DescriptorPool& pool,
                                                     const messages::MessageTables& tables,
                                                     const CodecOptions& options,
                                                     const messages::MessageTable& type,
                                                     absl::string_view json);

}  // namespace triad::gateway
