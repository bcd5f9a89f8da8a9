#include "gateway/proxy/transaction_start.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/proxy/request/accept.h"
#include "gateway/proxy/request/deadline.h"
#include "gateway/transcoding/request_builder.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

// The header wins over the query: a browser reconnects with the URL it started
// with.
absl::StatusOr<std::string> Fields(const Match& match, const http::RequestHead& request,
                                   const ParameterNames& ignored) {
  auto last_event = request.headers.Find("last-event-id");
  if (match.route->resume_request == nullptr || last_event.value_or("").empty()) {
    return BindFields(*match.route, match.bindings, request.query(), ignored);
  }
  std::vector<Binding> bindings = match.bindings;
  bindings.emplace_back(match.route->resume_request->name(), std::string(*last_event));
  return BindFields(*match.route, bindings, request.query(), ignored);
}

// The method's, or that of all unary calls; the client can only shorten it.
absl::StatusOr<absl::Duration> Timeout(const Route& route, const http::RequestHead& request,
                                       const GatewayOptions& options) {
  bool is_unary = !route.method->client_streaming() && !route.method->server_streaming();
  absl::Duration longest = is_unary ? options.request_timeout : absl::InfiniteDuration();
  TRIAD_ASSIGN_OR_RETURN(absl::Duration wanted, ClientTimeout(request.headers));
  return std::min(wanted, route.timeout.value_or(longest));
}

absl::StatusOr<JsonStyle> Style(const Route& route, const http::RequestHead& request,
                                const GatewayOptions& options) {
  JsonStyle style = options.json_style;
  route.json_style.ApplyTo(style);
  TRIAD_ASSIGN_OR_RETURN(JsonStyleChanges accepted, AcceptedStyle(request.headers));
  accepted.ApplyTo(style);
  return style;
}

// What the fields of HTTP/2 and gRPC's own may take of a call's metadata, beside what is
// made of the request.
constexpr std::size_t kProtocolBytes = 2048;

// What a call carries of its request: the listed headers, the trace as it goes on
// from `span`, the request's id and its client. The errors of ForwardedHeaders::Collect.
absl::StatusOr<grpc_client::Metadata> CallMetadata(const LoopServices& services, const Route& route,
                                                   const RequestScope& scope,
                                                   const TraceContext& span) {
  const SharedParts& parts = services.parts();
  const ForwardedHeaders& forwarded = services.services().ForwardedOf(route, parts.forwarded);
  TRIAD_ASSIGN_OR_RETURN(
      grpc_client::Metadata metadata,
      forwarded.Collect(scope.request().headers, parts.options.max_metadata_bytes));
  metadata.emplace_back("traceparent", span.traceparent());
  // One that is malformed is dropped, and no reason to fail a request (W3C Trace Context,
  // section 3.3).
  const std::string& state = scope.trace().state;
  if (!state.empty() && grpc_client::CheckMetadata("tracestate", state).ok()) {
    metadata.emplace_back("tracestate", state);
  }
  metadata.emplace_back("x-request-id", scope.request_id());
  metadata.emplace_back(std::string(kClientAddress), scope.request().client_address);
  std::size_t max_bytes = parts.options.max_metadata_bytes;
  if (BytesOf(metadata) + kProtocolBytes > max_bytes) return TooManyHeaders(max_bytes);
  return metadata;
}

void DropMetadata(absl::string_view name, grpc_client::Metadata& metadata) {
  metadata.erase(std::remove_if(metadata.begin(), metadata.end(),
                                [&](const auto& field) { return field.first == name; }),
                 metadata.end());
}

}  // namespace

absl::StatusOr<TransactionStart> MakeStart(const LoopServices& services, const RequestScope& scope,
                                           const Match& match) {
  const SharedParts& parts = services.parts();
  TransactionStart start;
  start.route = match.route;
  const TraceContext& trace = scope.trace();
  if (scope.tracer().Records(trace)) start.call_trace = scope.tracer().Child(trace);
  TRIAD_ASSIGN_OR_RETURN(start.metadata,
                         CallMetadata(services, *match.route, scope,
                                      start.call_trace.has_value() ? *start.call_trace : trace));
  start.codings = CodingsOf(scope.request().headers);
  // What is decoded here has none any more.
  if (!TakesRawBody(*match.route)) DropMetadata("content-encoding", start.metadata);
  TRIAD_ASSIGN_OR_RETURN(start.fields, Fields(match, scope.request(), parts.ignored_parameters));
  TRIAD_ASSIGN_OR_RETURN(start.timeout, Timeout(*match.route, scope.request(), parts.options));
  TRIAD_ASSIGN_OR_RETURN(start.style, Style(*match.route, scope.request(), parts.options));
  return start;
}

}  // namespace triad::gateway
