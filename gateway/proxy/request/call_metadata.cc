#include "gateway/proxy/request/call_metadata.h"

#include "runtime/base/status.h"

namespace triad::gateway {

absl::StatusOr<grpc_client::Metadata> CallMetadata(const ForwardedHeaders& forwarded,
                                                   std::size_t max_bytes, const RequestScope& scope,
                                                   const TraceContext& span) {
  TRIAD_ASSIGN_OR_RETURN(grpc_client::Metadata metadata,
                         forwarded.Collect(scope.request().headers, max_bytes));
  metadata.emplace_back("traceparent", span.traceparent());
  const std::string& state = scope.trace().state;
  if (!state.empty()) {
    TRIAD_RETURN_IF_ERROR(grpc_client::CheckMetadata("tracestate", state));
    metadata.emplace_back("tracestate", state);
  }
  metadata.emplace_back("x-request-id", scope.request_id());
  return metadata;
}

}  // namespace triad::gateway
