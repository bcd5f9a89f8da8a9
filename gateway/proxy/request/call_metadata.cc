#include "gateway/proxy/request/call_metadata.h"

#include "runtime/base/status.h"

namespace triad::gateway {

absl::StatusOr<grpc_client::Metadata> CallMetadata(const ForwardedHeaders& forwarded,
                                                   std::size_t max_bytes, const RequestScope& scope,
                                                   const TraceContext& span) {
  TRIAD_ASSIGN_OR_RETURN(grpc_client::Metadata metadata,
                         forwarded.Collect(scope.request().headers, max_bytes));
  metadata.emplace_back("traceparent", span.traceparent());
  // One that is malformed is dropped, and no reason to fail a request (W3C Trace Context,
  // section 3.3).
  const std::string& state = scope.trace().state;
  if (!state.empty() && grpc_client::CheckMetadata("tracestate", state).ok()) {
    metadata.emplace_back("tracestate", state);
  }
  metadata.emplace_back("x-request-id", scope.request_id());
  return metadata;
}

}  // namespace triad::gateway
