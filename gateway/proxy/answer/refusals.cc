#include "gateway/proxy/answer/refusals.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/protocols/websocket/handshake.h"
#include "gateway/proxy/request/headers.h"
#include "gateway/transcoding/request_builder.h"
#include "runtime/base/status.h"
#include "runtime/http/coding/coding.h"

namespace triad::gateway {
namespace {

// What is taken is said as RFC 9110 has it, in section 12.5.3.
ErrorAnswer OtherCoding(const RequestErrors& errors, bool is_stream) {
  absl::string_view taken = is_stream ? "identity" : "gzip, br, zstd";
  ErrorAnswer answer =
      errors.Answer(InvalidField("content-encoding", absl::StrCat("must be one of ", taken)), 415);
  answer.head.headers.Add("Accept-Encoding", std::string(taken));
  return answer;
}

}  // namespace

ErrorAnswer NotAllowed(const RequestErrors& errors, const std::vector<std::string>& allowed) {
  std::string methods = absl::StrJoin(allowed, ", ");
  ErrorAnswer answer =
      errors.Answer(absl::UnimplementedError(absl::StrCat("this path takes only ", methods)), 405);
  answer.head.headers.Add("Allow", methods);
  return answer;
}

ErrorAnswer NeedsWebSocket(const RequestErrors& errors) {
  ErrorAnswer answer =
      errors.Answer(absl::FailedPreconditionError("this path is for WebSockets alone"), 426);
  answer.head.headers.Add("Upgrade", "websocket");
  return answer;
}

std::optional<ErrorAnswer> RefuseHandshake(const RequestErrors& errors,
                                           const http::RequestHead& request) {
  if (HasWebSocketVersion(request)) {
    absl::Status good = CheckHandshake(request);
    return good.ok() ? std::nullopt : std::optional<ErrorAnswer>(errors.Answer(good));
  }
  absl::Status status =
      InvalidField("sec-websocket-version", absl::StrCat("must be ", kWebSocketVersion));
  ErrorAnswer answer = errors.Answer(status, 426);
  answer.head.headers.Add("Sec-WebSocket-Version", std::string(kWebSocketVersion));
  answer.head.headers.Add("Upgrade", "websocket");
  return answer;
}

std::optional<ErrorAnswer> RefuseBody(const RequestErrors& errors, const Route& route,
                                      const http::RequestHead& request) {
  const auto& method = *route.method;
  bool raw = TakesRawBody(route);
  auto type = request.headers.Find("content-type");
  bool json = !raw && !route.body.empty() && request.has_body();
  bool lines = method.client_streaming();
  if (json && type.has_value() && !IsJson(*type) && !(lines && IsJsonLines(*type))) {
    return errors.Answer(
        absl::InvalidArgumentError(lines ? "the body must be application/x-ndjson or a list in "
                                           "application/json"
                                         : "the body must be application/json"),
        415);
  }
  auto coding = http::CodingNamed(request.headers.Find("content-encoding").value_or("identity"));
  bool as_it_is = coding == http::Coding::kIdentity;
  if (json && !as_it_is && (lines || !coding.has_value())) return OtherCoding(errors, lines);
  return std::nullopt;
}

}  // namespace triad::gateway
