// How long a client waits for its answer.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/http/parser/message.h"

namespace triad::gateway {

// The shorter of two headers; infinite without them:
//
//   Grpc-Timeout: 100m          at most 8 digits, and H, M, S, m, u or n, as in gRPC over HTTP/2
//   X-Request-Timeout: 1.5      seconds, or with a unit: 100ms, 2s, 1m
//
// INVALID_ARGUMENT that names the header if it is something else, or is there twice.
absl::StatusOr<absl::Duration> ClientTimeout(const http::Headers& headers);

}  // namespace triad::gateway
