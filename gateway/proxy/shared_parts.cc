#include "gateway/proxy/shared_parts.h"

#include <utility>

#include "runtime/base/status.h"

namespace triad::gateway {

absl::StatusOr<std::unique_ptr<const SharedParts>> SharedParts::Create(
    const GatewayOptions& options, const Site* site, Metrics& metrics) {
  TRIAD_ASSIGN_OR_RETURN(ForwardedHeaders forwarded,
                         ForwardedHeaders::Create(options.forward_headers));
  absl::StatusOr<ParameterNames> ignored = ParameterNames::Create(options.ignored_parameters);
  if (!ignored.ok()) return Annotate(ignored.status(), "--ignored_parameters: ");
  TRIAD_ASSIGN_OR_RETURN(Cors origins, Cors::Create(options.cors_origins, options.cors_max_age));
  TRIAD_ASSIGN_OR_RETURN(AccessLogFields fields,
                         AccessLogFields::Create(options.access_log_fields));
  auto cors = std::make_unique<const Cors>(std::move(origins));
  const Cors& cors_rules = *cors;
  return std::unique_ptr<const SharedParts>(new SharedParts{
      .errors = Errors(),
      .forwarded = std::move(forwarded),
      .ignored_parameters = *std::move(ignored),
      .cors = std::move(cors),
      .host_policy = HostPolicy(options.loopback, options.allowed_hosts, &cors_rules),
      .access_log_fields = std::move(fields),
      .targets = TargetsOf(options.upstreams),
      .site = site,
      .options = options,
      .calls_of_clients = std::make_unique<PeerCount>(options.max_calls_per_client),
      .metrics = metrics});
}

}  // namespace triad::gateway
