// A gateway: everything that is made once, and one handler per event loop.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/protos/descriptor_set.h"
#include "gateway/proxy/request/request_log.h"
#include "gateway/routing/router.h"
#include "gateway/transcoding/codec.h"
#include "runtime/base/clock.h"
#include "runtime/base/mutex.h"
#include "runtime/http/server.h"
#include "runtime/telemetry/traces/span.h"

namespace triad {
class AuthTokens;
class ErrorSink;
class EventLoop;
class MemoryBudget;
class Metrics;
}  // namespace triad

namespace triad::gateway {

class LoopHandler;
class Site;
struct Services;
struct SharedParts;

struct Upstream {
  std::string service;  // "pkg.Service"
  std::string target;   // "host:port"
};

// Parses "pkg.Service=host:port". INVALID_ARGUMENT that quotes what is not.
absl::StatusOr<Upstream> ParseUpstream(const std::string& text);

struct GatewayOptions {
  // The services that are routed, each with its addresses: one entry for each.
  std::vector<Upstream> upstreams;
  // Headers that become metadata beside the built-in ones; "x-name-*" for all
  // with that prefix.
  std::vector<std::string> forward_headers;
  // Whether it listens on this machine alone; see HostPolicy.
  bool loopback = true;
  std::vector<std::string> allowed_hosts;
  // Origins whose pages may use it; see Cors.
  std::vector<std::string> cors_origins;
  absl::Duration cors_max_age = absl::Minutes(10);
  // Parameters of the query that mean nothing; "name*" for all that begin so.
  std::vector<std::string> ignored_parameters;
  CodecOptions codec;
  // Of answers, where neither the method nor the client says otherwise.
  JsonStyle json_style;
  // Whether answers are compressed for clients that take it.
  bool compression = true;
  // Of unary calls whose method has none of its own; 504 when it passes.
  absl::Duration request_timeout = absl::Seconds(30);
  // Of bodies that are held whole, such as JSON; 413.
  std::size_t max_body_bytes = 4 * 1024 * 1024;
  // Of a gRPC message: 413 if it is a request, 429 if it is an answer.
  std::size_t max_message_bytes = 8 * 1024 * 1024;
  // Of all metadata of a call; 431 if a request's headers are too much for it. It is
  // what services take, and nghttp2 sends.
  std::size_t max_metadata_bytes = 64 * 1024;
  // By which rules of their protos requests are checked.
  RequestChecks request_checks;
  // Calls at a time of one client behind a trusted proxy; 429.
  std::size_t max_calls_per_client = 2500;
  // Of a client that streams messages, and of a service that a call streams to and from: 408
  // after as long without a byte, or the end of the answer that has begun.
  absl::Duration stream_idle_timeout = absl::Minutes(5);
  // Between signs of life on an idle event stream.
  absl::Duration heartbeat_interval = absl::Seconds(15);
  // Most time between two attempts to connect to a service.
  absl::Duration max_backoff = absl::Milliseconds(500);
  // Of which the gateway's own answers need one, but for those that are open; null: none.
  // Not owned.
  const AuthTokens* tokens = nullptr;
  // Of all clients; not owned, outlives the loops too. Null: conversions take what they need.
  MemoryBudget* memory = nullptr;
  // Not owned.
  const Tracer* tracer = &Tracer::Off();
  // See AccessLogFields.
  std::vector<std::string> access_log_fields = AccessLogFields::Usual();
  // Not owned; null: errors are not reported.
  ErrorSink* error_sink = nullptr;
  // When spans began; not owned.
  const Clock* clock = &Clock::System();
};

// What is known of the services.
struct ServiceSource {
  std::unique_ptr<const DescriptorSet> descriptors;
  // Those of the upstreams that nothing is known of yet: a path that is not known may be theirs.
  std::vector<std::string> unknown = {};
};

// Thread-safe. Must outlive the handlers it makes.
class Gateway {
 public:
  // INVALID_ARGUMENT for a bad HTTP rule, for an upstream whose service is neither in
  // the descriptors nor unknown, for a service with HTTP rules that has no upstream, for a bad
  // header or address. `site` may be null; `metrics` gets the gateway's metrics.
  // Both must outlive it.
  static absl::StatusOr<std::unique_ptr<Gateway>> Create(ServiceSource services,
                                                         const GatewayOptions& options,
                                                         const Site* site, Metrics& metrics);

  // Use Create.
  Gateway(std::unique_ptr<const SharedParts> parts, std::shared_ptr<const Services> services);
  ~Gateway();

  // Takes other descriptors of its services. Requests that come later have them; those that run
  // keep what they began with, and no connection ends. On an error of Create nothing changes.
  absl::Status Replace(ServiceSource services);

  // UNAVAILABLE that names services of which nothing is known yet.
  absl::Status CheckKnown();

  // The handler of one loop, made and destroyed on it. Its connections to the
  // services live as long as it does.
  std::unique_ptr<http::Handler> MakeHandler(EventLoop& loop);

  // Ends event streams with UNAVAILABLE, those that run and those to come.
  void FailStreams();

 private:
  // On the handler's loop, where nothing can destroy it meanwhile.
  bool IsAlive(LoopHandler* handler);

  // Runs `task` on the loop of each handler that is there.
  void ForEachHandler(const std::function<void(LoopHandler&)>& task);

  const std::unique_ptr<const SharedParts> parts_;
  Mutex mutex_;
  std::shared_ptr<const Services> services_ ABSL_GUARDED_BY(mutex_);
  std::map<LoopHandler*, EventLoop*> handlers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::gateway
