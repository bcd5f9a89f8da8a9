// JSON text to wire bytes.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/transcoding/codec.h"
#include "runtime/messages/message_tables.h"

namespace triad::gateway {

// See Codec::JsonToWire.
absl::StatusOr<std::string> ParseJsonMessage(const google::protobuf::DescriptorPool& pool,
                                             const messages::MessageTables& tables,
                                             const CodecOptions& options,
                                             const messages::MessageTable& type,
                                             absl::string_view json, ConversionMemory& memory);
// `path` is not empty.
absl::StatusOr<std::string> ParseJsonField(const google::protobuf::DescriptorPool& pool,
                                           const messages::MessageTables& tables,
                                           const CodecOptions& options,
                                           const messages::EntryPath& path, absl::string_view json,
                                           ConversionMemory& memory);

}  // namespace triad::gateway
