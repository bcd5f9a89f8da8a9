// Messages from and to gRPC's buffers.
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

// Replaces what is in `bytes`. INTERNAL if the message is too large to be one.
absl::Status Serialize(const google::protobuf::Message& message, grpc::ByteBuffer& bytes);

}  // namespace triad::rpc
