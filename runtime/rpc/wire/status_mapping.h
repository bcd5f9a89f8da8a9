// absl::Status to gRPC's, the one table for it.
#pragma once

#include <grpcpp/support/status.h>

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad::rpc {

// Most bytes of an error's message, and of its google.rpc.Status with details:
// they travel in trailers, which callers limit.
inline constexpr std::size_t kMaxErrorBytes = 4096;

// Same code; the message cut to kMaxErrorBytes of valid UTF-8; payloads as
// details of a google.rpc.Status, as many as fit.
grpc::Status ToGrpcStatus(const absl::Status& status);

// `text` with bytes that are not UTF-8 replaced by '?', cut at a character.
std::string ValidUtf8(absl::string_view text, std::size_t limit);

}  // namespace triad::rpc
