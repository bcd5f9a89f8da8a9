#include "gateway/proxy/services/services.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/openapi/openapi.h"
#include "runtime/base/status.h"
#include "runtime/base/version.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::gateway {
namespace {

using google::protobuf::DescriptorPool;

// Every service needs an address, and every address a service: what is left over
// on either side is a typing error that would show as a 404 much later.
absl::Status CheckTargets(const DescriptorPool& pool, const Router& router, const Targets& targets,
                          const std::vector<std::string>& unknown) {
  for (const auto& [service, target] : targets) {
    bool is_unknown = std::find(unknown.begin(), unknown.end(), service) != unknown.end();
    if (is_unknown || pool.FindServiceByName(service) != nullptr) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("--upstream: there is no service '", service, "' in the descriptor set"));
  }
  for (const auto& route : router.routes()) {
    const std::string& service = route->method->service()->full_name();
    if (targets.count(service) > 0) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("service ", service,
                     " has HTTP rules but no address: add --upstream=", service, "=HOST:PORT"));
  }
  return absl::OkStatus();
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

Targets TargetsOf(const std::vector<Upstream>& upstreams) {
  Targets targets;
  for (const Upstream& upstream : upstreams) {
    std::string& target = targets[upstream.service];
    absl::StrAppend(&target, target.empty() ? "" : ",", upstream.target);
  }
  return targets;
}

absl::StatusOr<std::shared_ptr<const Services>> Services::Create(ServiceSource source,
                                                                 const GatewayOptions& options,
                                                                 const Targets& targets) {
  const DescriptorPool& pool = source.descriptors->pool();
  const std::vector<std::string>& files = source.descriptors->service_files();
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Router> router,
                         Router::Create(pool, files, options.request_checks));
  TRIAD_RETURN_IF_ERROR(CheckTargets(pool, *router, targets, source.unknown));
  TRIAD_ASSIGN_OR_RETURN(auto forwarded_of, ForwardedOfRoutes(*router, options.forward_headers));
  OpenApiOptions openapi_options;
  openapi_options.version = std::string(GetBuildInfo().version);
  openapi_options.json_style = options.json_style;
  TRIAD_ASSIGN_OR_RETURN(std::string openapi, OpenApiDocument(pool, files, openapi_options));
  for (const std::string& rule : router->rules_left_out()) {
    log::Warning("a rule of a proto is not checked: it is no standard one", {{"rule", rule}});
  }
  std::unique_ptr<Codec> codec = MakeCodec(pool, options.codec);
  const Codec& errors_codec = *codec;
  return std::shared_ptr<const Services>(
      new Services{.descriptors = std::move(source.descriptors),
                   .unknown = std::move(source.unknown),
                   .router = std::move(router),
                   .codec = std::move(codec),
                   .errors = Errors(pool, errors_codec, options.json_style),
                   .forwarded_of = std::move(forwarded_of),
                   .openapi = http::Resource::Compressed("application/json", std::move(openapi))});
}

}  // namespace triad::gateway
