// What is made of the descriptors of the services, and of nothing else: where requests go, and
// how they are converted.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/protos/descriptor_set.h"
#include "gateway/proxy/answer/errors.h"
#include "gateway/proxy/gateway.h"
#include "gateway/proxy/request/headers.h"
#include "gateway/routing/router.h"
#include "gateway/transcoding/codec.h"
#include "runtime/http/resource.h"

namespace triad::gateway {

// The addresses of each service of `upstreams`, joined as ChannelOptions::target has them.
using Targets = std::map<std::string, std::string>;
Targets TargetsOf(const std::vector<Upstream>& upstreams);

// Immutable. A gateway that learns others gives them to new requests, while those that run keep
// theirs.
struct Services {
  // `targets` are those of `options`. See Gateway::Create, whose errors these are.
  static absl::StatusOr<std::shared_ptr<const Services>> Create(ServiceSource source,
                                                                const GatewayOptions& options,
                                                                const Targets& targets);

  // What becomes metadata of the calls of `route`: `usual`, unless it takes more.
  const ForwardedHeaders& ForwardedOf(const Route& route, const ForwardedHeaders& usual) const {
    return route.headers.empty() ? usual : forwarded_of.at(&route);
  }

  const std::unique_ptr<const DescriptorSet> descriptors;
  const std::vector<std::string> unknown;  // see ServiceSource
  const std::unique_ptr<const Router> router;
  const std::unique_ptr<const Codec> codec;
  const Errors errors;
  // Of routes that take more than all do.
  const std::map<const Route*, ForwardedHeaders> forwarded_of;
  const http::Resource openapi;
};

}  // namespace triad::gateway
