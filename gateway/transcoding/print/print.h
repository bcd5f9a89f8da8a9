// Wire bytes to JSON text.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/transcoding/codec.h"
#include "runtime/messages/message_tables.h"

namespace triad::gateway {

// See Codec::WireToJson.
absl::StatusOr<std::string> PrintJsonMessage(const google::protobuf::DescriptorPool& pool,
                                             const messages::MessageTables& tables,
                                             const JsonStyle& style,
                                             const messages::MessageTable& type,
                                             absl::string_view wire, ConversionMemory& memory);
// `path`, not empty, leads down from `type`.
absl::StatusOr<std::string> PrintJsonField(const google::protobuf::DescriptorPool& pool,
                                           const messages::MessageTables& tables,
                                           const JsonStyle& style,
                                           const messages::MessageTable& type,
                                           const messages::EntryPath& path, absl::string_view wire,
                                           ConversionMemory& memory);

}  // namespace triad::gateway
