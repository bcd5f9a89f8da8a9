// What a call carries of its request.
#pragma once

#include "absl/status/statusor.h"
#include "gateway/proxy/request/headers.h"
#include "gateway/proxy/request/request_scope.h"

namespace triad::gateway {

// The listed headers, the trace as it goes on from `span`, and the request's id.
// The errors of ForwardedHeaders::Collect.
absl::StatusOr<grpc_client::Metadata> CallMetadata(const ForwardedHeaders& forwarded,
                                                   std::size_t max_bytes, const RequestScope& scope,
                                                   const TraceContext& span);

}  // namespace triad::gateway
