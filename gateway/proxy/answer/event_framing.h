// How messages of a stream stand in an HTTP body.
//
//   NDJSON: {"result":…}\n  and last, if it failed, {"error":…}\n
//   SSE:    id: 7\ndata: …\n\n  and last, if it failed, event: status\ndata: …\n\n
//           id: 9\n\n           a mark: no event, but where to resume
//   carried: {"data":…,"resume":"7"}\n  and last {"status":…}\n; a mark is {"resume":"9"}\n
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace triad::gateway {

// kCarried: as one of many streams on a socket; see StreamSession.
enum class Framing { kNdjson, kEvents, kCarried };

// `json` is one JSON value; `id` is not for NDJSON, and left out where it is
// empty or could not stand on the line of an event.
std::string FrameMessage(Framing framing, absl::string_view json, absl::string_view id);

// A mark of how far a stream has come, for all but NDJSON: the client dispatches no event, and
// sends `id` when it resumes. A comment if `id` could not stand on one line.
std::string FrameMark(Framing framing, absl::string_view id);

// `status_json` is a google.rpc.Status.
std::string FrameError(Framing framing, absl::string_view status_json);

// What keeps intermediaries from closing an idle event stream.
std::string FrameHeartbeat();

absl::string_view ContentType(Framing framing);

}  // namespace triad::gateway
