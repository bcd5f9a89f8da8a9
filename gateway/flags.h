// The flags of triad-gateway, beside those of every process.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/learning/learned.h"
#include "gateway/learning/service_reloader.h"
#include "gateway/protos/descriptor_set.h"
#include "gateway/proxy/gateway.h"
#include "gateway/site/site.h"
#include "runtime/http/server.h"
#include "runtime/io/event_loop.h"
#include "runtime/process/auth_options.h"
#include "runtime/process/followed_file.h"
#include "runtime/validation/mode.h"

namespace triad {
class OptionParser;
}

namespace triad::gateway {

// Values as they are given; the initial ones are the defaults.
struct Flags {
  std::string descriptor_set;  // empty: the embedded one
  bool reflection = false;
  std::string http_rules;  // empty: none
  bool unannotated_methods = false;
  std::vector<std::string> upstream;
  std::string site;
  std::vector<std::string> trusted_proxies;
  std::string unknown_fields = "reject";
  std::string compression = "on";
  std::vector<std::string> json_style;  // the value of each of JsonChoices
  std::int64_t max_body_bytes = 4 * 1024 * 1024;
  std::int64_t loops = 0;  // 0: as many as there are processors
  std::int64_t max_connections = 10000;
  std::int64_t max_connections_per_peer = 0;  // 0: a share of max_connections
  std::int64_t max_head_bytes = 64 * 1024;
  std::int64_t max_head_fields = 128;
  std::int64_t min_rate_bytes = 240;
  validation::ModeOption validation;
  // The options that are flags as they are.
  AuthOptions auth;
  GatewayOptions gateway;
  http::ServerOptions server;
};

// Declares them on `parser`, which fills `flags`. The default of --site is the built
// frontend beside the directory of the binary, if it is there.
void AddFlags(OptionParser& parser, Flags& flags);

// The options they make, for a gateway that listens on `listen`. INVALID_ARGUMENT
// for an upstream that is none, or none where --reflection needs some. Services of Triad have their
// usual address unless --upstream gives another, and check requests themselves, as long as the
// embedded descriptor set is used.
absl::StatusOr<GatewayOptions> GatewayOptionsFrom(const Flags& flags, const std::string& listen);
// The flags have passed the checks of the parser.
http::ServerOptions ServerOptionsFrom(const Flags& flags, const std::string& listen);

// What is known of the services that are routed: from files, from the binary, or what is `learned`
// of those of --upstream. Reads the files each time.
absl::StatusOr<ServiceSource> ServicesFrom(const Flags& flags, const Learned& learned);
// Those of --upstream, if they are to describe themselves; else none.
absl::StatusOr<std::vector<std::string>> ReflectedServices(const Flags& flags);
// The versions of the files that ServicesFrom reads, by their flags. Before they are read: what
// comes later is another.
using FileVersions = std::map<std::string, std::string>;
FileVersions VersionsOfFiles(const Flags& flags);
// Reloads when one of them is not what was `seen`, and when it changes, as long as the result
// lives.
absl::StatusOr<std::vector<std::unique_ptr<FollowedFile>>> FollowFiles(const Flags& flags,
                                                                       const FileVersions& seen,
                                                                       ServiceReloader& reloader,
                                                                       Metrics& metrics);

// The site, null if there is none.
absl::StatusOr<std::unique_ptr<Site>> SiteFrom(const Flags& flags);

// An event loop for each of --loops.
std::vector<std::unique_ptr<EventLoop>> EventLoopsFrom(const Flags& flags);

}  // namespace triad::gateway
