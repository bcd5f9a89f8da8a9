// What all loops of a gateway share.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "gateway/proxy/answer/errors.h"
#include "gateway/proxy/gateway.h"
#include "gateway/proxy/request/cors.h"
#include "gateway/proxy/request/headers.h"
#include "gateway/proxy/request/host_policy.h"
#include "gateway/routing/router.h"
#include "gateway/transcoding/codec.h"
#include "gateway/transcoding/query.h"
#include "runtime/http/resource.h"
#include "runtime/io/peers.h"

namespace triad::gateway {

// Immutable, or thread-safe by itself.
struct SharedParts {
  // See Gateway::Create, whose errors these are.
  static absl::StatusOr<std::unique_ptr<const SharedParts>> Create(const DescriptorSet& descriptors,
                                                                   const GatewayOptions& options,
                                                                   const Site* site,
                                                                   Metrics& metrics);

  // What becomes metadata of the calls of `route`.
  const ForwardedHeaders& ForwardedOf(const Route& route) const {
    return route.headers.empty() ? forwarded : forwarded_of.at(&route);
  }

  const std::unique_ptr<const Router> router;
  const std::unique_ptr<const Codec> codec;
  const Errors errors;
  const ForwardedHeaders forwarded;
  // Of routes that take more.
  const std::map<const Route*, ForwardedHeaders> forwarded_of;
  const ParameterNames ignored_parameters;
  const std::unique_ptr<const Cors> cors;
  const HostPolicy host_policy;
  const std::map<std::string, std::string> targets;  // of each service; see ChannelOptions
  const http::Resource openapi;
  const Site* const site;  // may be null
  const GatewayOptions options;
  // Calls of clients behind trusted proxies.
  const std::unique_ptr<PeerCount> calls_of_clients;
  Metrics& metrics;
};

}  // namespace triad::gateway
