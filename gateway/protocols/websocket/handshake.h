// What a request for a WebSocket says (RFC 6455, section 4).
#pragma once

#include <cstddef>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "runtime/http/parser/message.h"

namespace triad::gateway {

// Whether a request asks for a WebSocket. One that does it wrongly counts, too.
bool AsksForWebSocket(const http::RequestHead& request);

// Whether it asks for the version that is spoken here. Else it is 426, with
// `Sec-WebSocket-Version`.
bool HasWebSocketVersion(const http::RequestHead& request);
inline constexpr absl::string_view kWebSocketVersion = "13";

// INVALID_ARGUMENT that names the header that is missing or malformed.
absl::Status CheckHandshake(const http::RequestHead& request);

// Where in `known` the first of the client's subprotocols stands that is there, or "" if it names
// none. INVALID_ARGUMENT with those that there are, if it names others alone.
absl::StatusOr<std::size_t> ChooseSubprotocol(const http::RequestHead& request,
                                              absl::Span<const absl::string_view> known);

}  // namespace triad::gateway
