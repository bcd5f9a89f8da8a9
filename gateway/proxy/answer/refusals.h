// Answers to requests that are refused before their body is read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/proxy/answer/errors.h"
#include "gateway/routing/router.h"
#include "runtime/http/parser/message.h"

namespace triad::gateway {

// 405: the path takes `allowed`.
ErrorAnswer NotAllowed(const RequestErrors& errors, const std::vector<std::string>& allowed);

// 426: the path takes a WebSocket, and the request asks for none.
ErrorAnswer NeedsWebSocket(const RequestErrors& errors);

// What is wrong with a handshake for a WebSocket, if anything: 400, or 426 for its version.
std::optional<ErrorAnswer> RefuseHandshake(const RequestErrors& errors,
                                           const http::RequestHead& request);

// What can be said against the body that `request` announces, if anything: 415 for its type or
// its coding.
std::optional<ErrorAnswer> RefuseBody(const RequestErrors& errors, const Route& route,
                                      const http::RequestHead& request);

}  // namespace triad::gateway
