// What all loops of a gateway share for as long as it is there.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "gateway/proxy/answer/errors.h"
#include "gateway/proxy/gateway.h"
#include "gateway/proxy/request/cors.h"
#include "gateway/proxy/request/headers.h"
#include "gateway/proxy/request/host_policy.h"
#include "gateway/proxy/request/request_log.h"
#include "gateway/proxy/services/services.h"
#include "gateway/transcoding/query.h"
#include "runtime/io/peers.h"

namespace triad::gateway {

// Immutable, or thread-safe by itself.
struct SharedParts {
  // INVALID_ARGUMENT for a bad header, parameter, address or origin in `options`.
  static absl::StatusOr<std::unique_ptr<const SharedParts>> Create(const GatewayOptions& options,
                                                                   const Site* site,
                                                                   Metrics& metrics);

  const Errors errors;  // of the gateway's own
  const ForwardedHeaders forwarded;
  const ParameterNames ignored_parameters;
  const std::unique_ptr<const Cors> cors;
  const HostPolicy host_policy;
  const AccessLogFields access_log_fields;
  const Targets targets;
  const Site* const site;  // may be null
  const GatewayOptions options;
  // Calls of clients behind trusted proxies.
  const std::unique_ptr<PeerCount> calls_of_clients;
  Metrics& metrics;
};

}  // namespace triad::gateway
