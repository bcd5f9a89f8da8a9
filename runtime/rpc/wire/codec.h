// Messages from and to gRPC's buffers, for methods that take raw bytes.
#pragma once

#include <grpcpp/grpcpp.h>

#include "absl/status/status.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace triad::rpc {

// INVALID_ARGUMENT if `bytes` are not a message of this type, naming the field
// if its text is not UTF-8.
absl::Status Parse(const grpc::ByteBuffer& bytes, google::protobuf::Message& message);

// INTERNAL if the message is too large to be one.
absl::Status Serialize(const google::protobuf::Message& message, grpc::ByteBuffer& bytes);

// gRPC reports the end of a client stream and a message that cannot be parsed
// alike. A message marked before the read tells them apart: parsing clears it.
void MarkUnread(google::protobuf::Message& message);
bool IsUnread(const google::protobuf::Message& message);

}  // namespace triad::rpc
