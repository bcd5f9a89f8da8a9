// What all loops of a gateway share.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "gateway/proxy/answer/errors.h"
#include "gateway/proxy/gateway.h"
#include "gateway/proxy/request/headers.h"
#include "gateway/proxy/request/host_policy.h"
#include "gateway/routing/router.h"
#include "gateway/transcoding/codec.h"
#include "runtime/base/clock.h"
#include "runtime/telemetry/traces/span.h"

namespace triad::gateway {

struct TransactionLimits {
  absl::Duration request_timeout;     // of unary calls
  std::size_t max_body_bytes = 0;     // of bodies that are held whole
  absl::Duration heartbeat_interval;  // of event streams
};

// Immutable, hence thread-safe.
struct SharedParts {
  // See Gateway::Create, whose errors these are.
  static absl::StatusOr<std::unique_ptr<const SharedParts>> Create(const DescriptorSet& descriptors,
                                                                   const GatewayOptions& options,
                                                                   const Site* site,
                                                                   Metrics& metrics);

  const std::unique_ptr<const Router> router;
  const std::unique_ptr<const Codec> codec;
  const Errors errors;
  const ForwardedHeaders forwarded;
  const HostPolicy host_policy;
  const std::map<std::string, std::string> targets;  // of each service; see ChannelOptions
  const std::string openapi;
  const Site* const site;  // may be null
  const TransactionLimits limits;
  const std::size_t max_metadata_bytes;
  const absl::Duration max_backoff;
  Metrics& metrics;
  const Tracer& tracer;
  ErrorSink* const error_sink;  // may be null
  const Clock& clock;
};

}  // namespace triad::gateway
