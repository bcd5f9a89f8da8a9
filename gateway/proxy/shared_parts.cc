#include "gateway/proxy/shared_parts.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/openapi/openapi.h"
#include "gateway/protos/descriptor_set.h"
#include "runtime/base/status.h"
#include "runtime/base/version.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::gateway {
namespace {

using google::protobuf::DescriptorPool;

// Every service needs an address, and every address a service: what is left over
// on either side is a typing error that would show as a 404 much later.
absl::StatusOr<std::map<std::string, std::string>> Targets(const DescriptorPool& pool,
                                                           const Router& router,
                                                           const std::vector<Upstream>& upstreams) {
  std::map<std::string, std::string> targets;
  for (const Upstream& upstream : upstreams) {
    if (pool.FindServiceByName(upstream.service) == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat("--upstream: there is no service '",
                                                     upstream.service, "' in the descriptor set"));
    }
    std::string& target = targets[upstream.service];
    absl::StrAppend(&target, target.empty() ? "" : ",", upstream.target);
  }
  for (const auto& route : router.routes()) {
    const std::string& service = route->method->service()->full_name();
    if (targets.count(service) > 0) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("service ", service,
                     " has HTTP rules but no address: add --upstream=", service, "=HOST:PORT"));
  }
  return targets;
}

// Of routes that take headers beside `all`.
absl::StatusOr<std::map<const Route*, ForwardedHeaders>> ForwardedOfRoutes(
    const Router& router, const std::vector<std::string>& all) {
  std::map<const Route*, ForwardedHeaders> forwarded;
  for (const auto& route : router.routes()) {
    if (route->headers.empty()) continue;
    std::vector<std::string> names = all;
    names.insert(names.end(), route->headers.begin(), route->headers.end());
    absl::StatusOr<ForwardedHeaders> known = ForwardedHeaders::Create(names);
    if (!known.ok()) {
      return Annotate(known.status(), absl::StrCat(route->method->full_name(), ": headers: "));
    }
    forwarded.emplace(route.get(), *std::move(known));
  }
  return forwarded;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const SharedParts>> SharedParts::Create(
    const DescriptorSet& descriptors, const GatewayOptions& options, const Site* site,
    Metrics& metrics) {
  const DescriptorPool& pool = descriptors.pool();
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Router> router,
                         Router::Create(pool, descriptors.service_files(), options.request_checks));
  for (const std::string& rule : router->rules_left_out()) {
    log::Warning("a rule of a proto is not checked: it is no standard one", {{"rule", rule}});
  }
  TRIAD_ASSIGN_OR_RETURN(ForwardedHeaders forwarded,
                         ForwardedHeaders::Create(options.forward_headers));
  TRIAD_ASSIGN_OR_RETURN(auto forwarded_of, ForwardedOfRoutes(*router, options.forward_headers));
  absl::StatusOr<ParameterNames> ignored = ParameterNames::Create(options.ignored_parameters);
  if (!ignored.ok()) return Annotate(ignored.status(), "--ignored_parameters: ");
  TRIAD_ASSIGN_OR_RETURN(auto targets, Targets(pool, *router, options.upstreams));
  OpenApiOptions openapi_options;
  openapi_options.version = std::string(GetBuildInfo().version);
  openapi_options.json_style = options.json_style;
  TRIAD_ASSIGN_OR_RETURN(std::string openapi,
                         OpenApiDocument(pool, descriptors.service_files(), openapi_options));
  TRIAD_ASSIGN_OR_RETURN(Cors origins, Cors::Create(options.cors_origins, options.cors_max_age));
  auto cors = std::make_unique<const Cors>(std::move(origins));
  const Cors& cors_rules = *cors;
  std::unique_ptr<Codec> codec = MakeCodec(pool, options.codec);
  const Codec& errors_codec = *codec;
  return std::unique_ptr<const SharedParts>(new SharedParts{
      .router = std::move(router),
      .codec = std::move(codec),
      .errors = Errors(pool, errors_codec, options.json_style),
      .forwarded = std::move(forwarded),
      .forwarded_of = std::move(forwarded_of),
      .ignored_parameters = *std::move(ignored),
      .cors = std::move(cors),
      .host_policy = HostPolicy(options.loopback, options.allowed_hosts, &cors_rules),
      .targets = std::move(targets),
      .openapi = http::Resource::Compressed("application/json", std::move(openapi)),
      .site = site,
      .options = options,
      .calls_of_clients = std::make_unique<PeerCount>(options.max_calls_per_client),
      .metrics = metrics});
}

}  // namespace triad::gateway
