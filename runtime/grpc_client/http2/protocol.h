// Small rules of gRPC over HTTP/2, each a function without state.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace triad::grpc_client {

// Value of grpc-timeout: at most eight digits and a unit, rounded up. Zero or
// less is "0n".
std::string FormatTimeout(absl::Duration timeout);

// Text of grpc-message. Escapes that are malformed stay as they are.
std::string DecodeMessage(absl::string_view escaped);

// Value of grpc-status; nothing if it is not a number. Numbers that are no code
// are UNKNOWN.
std::optional<absl::StatusCode> ParseStatusCode(absl::string_view text);

// What a response without grpc-status means.
absl::StatusCode CodeOfHttpStatus(int http_status);

// The HTTP/2 error that says: this stream has not been processed at all.
inline constexpr std::uint32_t kRefusedStream = 0x7;

// What a stream reset by the service means.
absl::StatusCode CodeOfReset(std::uint32_t http2_error);

// The status in a HealthCheckResponse: "SERVING", "NOT_SERVING" or "UNKNOWN".
absl::string_view HealthStatus(absl::string_view response);

// The last value of the string `field` in a message of strings alone. Empty if it has
// none, or the message is of another kind.
absl::string_view StringField(absl::string_view message, int field);

}  // namespace triad::grpc_client
