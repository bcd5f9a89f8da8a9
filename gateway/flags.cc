#include "gateway/flags.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/proxy/request/host_policy.h"
#include "runtime/base/options/options.h"
#include "runtime/base/status.h"

namespace triad::gateway {
namespace {

const Upstream kTriadServices[] = {
    {"triad.config.v1.ConfigService", "127.0.0.1:4551"},
    {"triad.transform.v1.TransformService", "127.0.0.1:4552"},
    {"triad.storage.v1.StorageService", "127.0.0.1:4553"},
};

bool Names(const std::vector<Upstream>& upstreams, const std::string& service) {
  return std::any_of(upstreams.begin(), upstreams.end(),
                     [&](const Upstream& upstream) { return upstream.service == service; });
}

std::function<absl::Status()> OneOf(const std::string& value, const char* first,
                                    const char* second) {
  return [&value, first, second] {
    if (value == first || value == second) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("must be ", first, " or ", second));
  };
}

std::function<absl::Status()> AtLeast(const std::int64_t& value, std::int64_t least) {
  return [&value, least] {
    if (value >= least) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("must be at least ", least));
  };
}

void AddCommonFlags(OptionParser& parser, Flags& flags) {
  parser.Add("listen", &flags.listen, "HOST:PORT for browsers and REST clients");
  parser.Add("admin_listen", &flags.admin_listen,
             "HOST:PORT of /metrics, /livez, /readyz and /version");
  parser.Add("log_level", &flags.log_level, "debug, info, warning or error");
  parser.Add("log_format", &flags.log_format, "text or json");
  parser.Add("drain_delay", &flags.drain_delay,
             "from SIGTERM until new work is refused, for load balancers to notice");
  parser.Add("drain_timeout", &flags.drain_timeout, "for running requests to finish");
}

void AddRoutingFlags(OptionParser& parser, Flags& flags) {
  parser.Add("descriptor_set", &flags.descriptor_set,
             "file of protoc --include_imports --include_source_info --descriptor_set_out; "
             "Triad's own services if empty");
  parser.Add("upstream", &flags.upstream,
             "pkg.Service=HOST:PORT for each service with HTTP rules; calls are spread over all "
             "addresses of HOST, and over those of a service that is given several times");
  parser.Add("forward_headers", &flags.forward_headers,
             "request headers that become metadata too; NAME-* for all with that prefix");
  parser.Add("allowed_hosts", &flags.allowed_hosts,
             "names accepted in Host and Origin beside this machine's own");
  parser.Add("site", &flags.site, "directory of static files; none if empty");
  parser.Add("unknown_fields", &flags.unknown_fields, "of JSON bodies: reject or ignore");
  parser.AddCheck("unknown_fields", OneOf(flags.unknown_fields, "reject", "ignore"));
  parser.Add("default_values", &flags.default_values, "in JSON answers: print or omit");
  parser.AddCheck("default_values", OneOf(flags.default_values, "print", "omit"));
}

void AddLimitFlags(OptionParser& parser, Flags& flags) {
  parser.Add("request_timeout", &flags.request_timeout, "of a unary call (504)");
  parser.Add("max_body_bytes", &flags.max_body_bytes, "of a body that is held whole (413)");
  parser.AddCheck("max_body_bytes", AtLeast(flags.max_body_bytes, 1));
  parser.Add("loops", &flags.loops, "event loops; 0 for as many as there are processors");
  parser.AddCheck("loops", AtLeast(flags.loops, 0));
  parser.Add("max_connections", &flags.max_connections, "open at a time; more are closed at once");
  parser.AddCheck("max_connections", AtLeast(flags.max_connections, 1));
  parser.Add("max_head_bytes", &flags.max_head_bytes, "of a request's line and headers (431)");
  parser.AddCheck("max_head_bytes", AtLeast(flags.max_head_bytes, 1024));
  parser.Add("idle_timeout", &flags.idle_timeout, "of a connection between requests");
  parser.Add("head_timeout", &flags.head_timeout,
             "from the first byte of a head to its last (408)");
  parser.Add("stall_timeout", &flags.stall_timeout, "without a byte inside a body");
}

}  // namespace

void AddFlags(OptionParser& parser, Flags& flags) {
  AddCommonFlags(parser, flags);
  AddRoutingFlags(parser, flags);
  AddLimitFlags(parser, flags);
  reporting::Declare(parser, flags.reporting);
}

absl::StatusOr<GatewayOptions> GatewayOptionsFrom(const Flags& flags) {
  GatewayOptions options;
  for (const std::string& text : flags.upstream) {
    TRIAD_ASSIGN_OR_RETURN(Upstream upstream, ParseUpstream(text));
    options.upstreams.push_back(std::move(upstream));
  }
  if (flags.descriptor_set.empty()) {
    const std::vector<Upstream> given = options.upstreams;
    std::copy_if(std::begin(kTriadServices), std::end(kTriadServices),
                 std::back_inserter(options.upstreams),
                 [&](const Upstream& usual) { return !Names(given, usual.service); });
  }
  options.forward_headers = flags.forward_headers;
  options.loopback = IsLoopback(flags.listen);
  options.allowed_hosts = flags.allowed_hosts;
  options.codec.ignore_unknown = flags.unknown_fields == "ignore";
  options.codec.print_defaults = flags.default_values == "print";
  options.request_timeout = flags.request_timeout;
  options.max_body_bytes = static_cast<std::size_t>(flags.max_body_bytes);
  return options;
}

http::ServerOptions ServerOptionsFrom(const Flags& flags) {
  http::ServerOptions options;
  options.listen = flags.listen;
  options.max_head_bytes = static_cast<std::size_t>(flags.max_head_bytes);
  options.max_connections = static_cast<std::size_t>(flags.max_connections);
  options.idle_timeout = flags.idle_timeout;
  options.head_timeout = flags.head_timeout;
  options.stall_timeout = flags.stall_timeout;
  return options;
}

}  // namespace triad::gateway
