// How messages of a stream stand in an HTTP body.
//
//   NDJSON: {"result":…}\n  and last, if it failed, {"error":…}\n
//   SSE:    id: 7\ndata: …\n\n  and last, if it failed, event: status\ndata: …\n\n
//           id: 9\n\n           a mark: no event, but where to resume
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad::gateway {

enum class Framing { kNdjson, kEvents };

// `json` is one JSON value; `id` is for events only, and left out where it is
// empty or could not stand on one line.
std::string FrameMessage(Framing framing, absl::string_view json, absl::string_view id);

// A mark of how far an event stream has come: the client dispatches no event, and sends
// `id` when it resumes. A comment if `id` could not stand on one line.
std::string FrameMark(absl::string_view id);

// `status_json` is a google.rpc.Status.
std::string FrameError(Framing framing, absl::string_view status_json);

// What keeps intermediaries from closing an idle event stream.
std::string FrameHeartbeat();

absl::string_view ContentType(Framing framing);

}  // namespace triad::gateway
