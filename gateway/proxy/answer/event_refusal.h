// Errors that pass, as an EventSource must hear them.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "gateway/proxy/answer/errors.h"
#include "gateway/routing/router.h"
#include "runtime/http/parser/message.h"

namespace triad::gateway {

// Whether `request` on `route` is answered with server-sent events.
bool TakesEvents(const Route& route, const http::RequestHead& request);

// UNAVAILABLE and RESOURCE_EXHAUSTED: another attempt may find them gone.
bool IsPassing(absl::StatusCode code);

// `retry: N`, a line in front of an event, with N drawn between 1000 and 5000 ms: those
// who are turned away together come back apart.
std::string DrawnRetry();

// `answer`, which tells of an error with `code`, in the form that an EventSource can use. It
// gives up for good on any status but 200: an error that passes becomes a stream of 200
// that says so, and when to come back. Others stay as they are. The request is counted and
// logged under the status that `answer` had.
ErrorAnswer ForEventSource(ErrorAnswer answer, absl::StatusCode code);

}  // namespace triad::gateway
