// A gateway: everything that is made once, and one handler per event loop.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
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

class DescriptorSet;
class LoopHandler;
class Site;
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
  // Not owned; null: errors are not reported.
  ErrorSink* error_sink = nullptr;
  // When spans began; not owned.
  const Clock* clock = &Clock::System();
};

// Thread-safe. Must outlive the handlers it makes.
class Gateway {
 public:
  // INVALID_ARGUMENT for a bad HTTP rule, for an upstream whose service is not in
  // `descriptors`, for a service with HTTP rules that has no upstream, for a bad
  // header or address. `site` may be null; `metrics` gets the gateway's metrics.
  // Both, and `descriptors`, must outlive it.
  static absl::StatusOr<std::unique_ptr<Gateway>> Create(const DescriptorSet& descriptors,
                                                         const GatewayOptions& options,
                                                         const Site* site, Metrics& metrics);

  // Use Create.
  explicit Gateway(std::unique_ptr<const SharedParts> parts);
  ~Gateway();

  // The handler of one loop, made and destroyed on it. Its connections to the
  // services live as long as it does.
  std::unique_ptr<http::Handler> MakeHandler(EventLoop& loop);

  // Ends event streams with UNAVAILABLE, those that run and those to come.
  void FailStreams();

 private:
  // On the handler's loop, where nothing can destroy it meanwhile.
  bool IsAlive(LoopHandler* handler);

  const std::unique_ptr<const SharedParts> parts_;
  Mutex mutex_;
  std::map<LoopHandler*, EventLoop*> handlers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::gateway
