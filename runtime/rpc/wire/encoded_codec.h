// Serialized messages to gRPC's buffers.
#pragma once

#include <grpcpp/grpcpp.h>

#include "absl/status/status.h"
#include "runtime/rpc/encoded.h"

namespace triad::rpc {

// Replaces what is in `bytes`. Nothing is copied: the buffer shares the message's owner.
absl::Status Serialize(const EncodedBytes& message, grpc::ByteBuffer& bytes);

}  // namespace triad::rpc
