// The flags of triad-gateway.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gateway/proxy/gateway.h"
#include "runtime/export/reporting.h"
#include "runtime/http/server.h"

namespace triad {
class OptionParser;
}

namespace triad::gateway {

// Values as they are given; the initial ones are the defaults.
struct Flags {
  std::string listen = "127.0.0.1:4545";
  std::string admin_listen = "127.0.0.1:4560";
  std::string log_level = "info";
  std::string log_format = "text";
  absl::Duration drain_delay = absl::ZeroDuration();
  absl::Duration drain_timeout = absl::Seconds(30);
  reporting::ReportingOptions reporting;

  std::string descriptor_set;  // empty: the embedded one
  std::vector<std::string> upstream;
  std::vector<std::string> forward_headers;
  std::vector<std::string> allowed_hosts;
  std::string site;
  std::string unknown_fields = "reject";
  std::string default_values = "print";
  absl::Duration request_timeout = absl::Seconds(30);
  std::int64_t max_body_bytes = 4 * 1024 * 1024;

  std::int64_t loops = 0;  // 0: as many as there are processors
  std::int64_t max_connections = 10000;
  std::int64_t max_head_bytes = 64 * 1024;
  absl::Duration idle_timeout = absl::Seconds(75);
  absl::Duration head_timeout = absl::Seconds(10);
  absl::Duration stall_timeout = absl::Seconds(30);
};

// Declares every flag on `parser`, which fills `flags`.
void AddFlags(OptionParser& parser, Flags& flags);

// The options they make. INVALID_ARGUMENT for an upstream that is none. Services
// of Triad have their usual address unless --upstream gives another, as long as
// the embedded descriptor set is used.
absl::StatusOr<GatewayOptions> GatewayOptionsFrom(const Flags& flags);
http::ServerOptions ServerOptionsFrom(const Flags& flags);

}  // namespace triad::gateway
