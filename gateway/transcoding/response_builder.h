// What a response message becomes in an HTTP answer.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/routing/router.h"
#include "gateway/transcoding/codec.h"

namespace triad::gateway {

// JSON of one response: of the whole message, or of the field that the route's
// response_body names. INTERNAL if `wire` is not a response of `route`.
absl::StatusOr<std::string> ResponseJson(const Route& route, const Codec& codec,
                                         absl::string_view wire, const JsonStyle& style,
                                         ConversionMemory& memory = UncountedMemory());

// The `id:` of a server-sent event: the value of the route's resume_response,
// empty if there is none or if it is zero. INTERNAL as above.
absl::StatusOr<std::string> ResumeId(const Route& route, absl::string_view wire);

// Whether a response is a mark: it has nothing of the route's resume_payload, and only
// says how far the stream has come. INTERNAL as above.
absl::StatusOr<bool> IsMark(const Route& route, absl::string_view wire);

// Whether the route's response body is raw bytes: the field or the message is
// google.api.HttpBody.
bool GivesRawBody(const Route& route);

// The parts of an HttpBody. Its data are where they were in the message: `bytes` from `begin` on.
struct RawBody {
  std::string content_type;
  std::string bytes;
  std::size_t begin;

  absl::string_view data() const { return absl::string_view(bytes).substr(begin); }
};
// INTERNAL as above. Copies nothing of the data, unless a message that holds them comes in pieces.
absl::StatusOr<RawBody> ParseRawBody(const Route& route, std::string wire);

}  // namespace triad::gateway
