#include "gateway/proxy/answer/event_refusal.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/proxy/answer/event_framing.h"
#include "gateway/proxy/request/accept.h"
#include "gateway/transcoding/response_builder.h"
#include "runtime/base/random.h"

namespace triad::gateway {
namespace {

constexpr std::uint64_t kMinRetryMilliseconds = 1000;
constexpr std::uint64_t kMaxRetryMilliseconds = 5000;

}  // namespace

bool TakesEvents(const Route& route, const http::RequestHead& request) {
  return route.method->server_streaming() && !GivesRawBody(route) &&
         Accepts(request.headers, "text/event-stream");
}

bool IsPassing(absl::StatusCode code) {
  return code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kResourceExhausted;
}

std::string DrawnRetry() {
  constexpr std::uint64_t kChoices = kMaxRetryMilliseconds - kMinRetryMilliseconds + 1;
  return absl::StrCat("retry: ", kMinRetryMilliseconds + Random::System().Uniform(kChoices), "\n");
}

ErrorAnswer ForEventSource(ErrorAnswer answer, absl::StatusCode code) {
  if (!IsPassing(code)) return answer;
  ErrorAnswer events;
  events.head.status = 200;
  events.head.headers.Add("Content-Type", std::string(ContentType(Framing::kEvents)));
  events.head.headers.Add("X-Accel-Buffering", "no");
  events.body = absl::StrCat(DrawnRetry(), FrameError(Framing::kEvents, answer.body));
  return events;
}

}  // namespace triad::gateway
