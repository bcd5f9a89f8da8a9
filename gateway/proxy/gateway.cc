#include "gateway/proxy/gateway.h"

#include <google/protobuf/descriptor.h>

#include <boost/asio/post.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/openapi/openapi.h"
#include "gateway/protos/descriptor_set.h"
#include "gateway/proxy/loop_handler.h"
#include "runtime/base/mutex.h"
#include "runtime/base/status.h"
#include "runtime/base/version.h"
#include "runtime/grpc_client/addresses.h"
#include "runtime/io/event_loop.h"

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

// A loop's handler, and how the gateway reaches it from another thread. The
// handler belongs to the server, which destroys it on the loop.
class Tracked final : public http::Handler {
 public:
  Tracked(const SharedParts& parts, EventLoop& loop, std::function<void(Tracked*)> gone)
      : handler_(parts, loop), loop_(loop), gone_(std::move(gone)) {}
  ~Tracked() override { gone_(this); }

  void Handle(std::unique_ptr<http::Exchange> exchange) override {
    handler_.Handle(std::move(exchange));
  }
  LoopHandler& handler() { return handler_; }
  EventLoop& loop() { return loop_; }

 private:
  LoopHandler handler_;
  EventLoop& loop_;
  const std::function<void(Tracked*)> gone_;
};

class GatewayImpl final : public Gateway {
 public:
  GatewayImpl(const DescriptorSet& descriptors, const GatewayOptions& options,
              std::unique_ptr<Router> router, ForwardedHeaders forwarded, std::string openapi)
      : router_(std::move(router)),
        codec_(MakeLibprotobufCodec(descriptors.pool(), options.codec)),
        errors_(descriptors.pool(), *codec_),
        host_policy_(options.loopback, options.allowed_hosts),
        forwarded_(std::move(forwarded)),
        openapi_(std::move(openapi)) {
    parts_.router = router_.get();
    parts_.codec = codec_.get();
    parts_.errors = &errors_;
    parts_.openapi = &openapi_;
    parts_.host_policy = &host_policy_;
    parts_.forwarded = &forwarded_;
    parts_.limits = {options.request_timeout, options.max_body_bytes, options.heartbeat_interval};
    parts_.max_metadata_bytes = options.max_metadata_bytes;
    parts_.max_backoff = options.max_backoff;
    parts_.error_sink = options.error_sink;
    parts_.tracer = options.tracer != nullptr ? options.tracer : &Tracer::Off();
  }

  void Set(std::map<std::string, std::string> targets, const Site* site, Metrics& metrics) {
    parts_.targets = std::move(targets);
    parts_.site = site;
    parts_.metrics = &metrics;
  }

  std::unique_ptr<http::Handler> MakeHandler(EventLoop& loop) override {
    auto handler = std::make_unique<Tracked>(parts_, loop, [this](Tracked* gone) {
      MutexLock lock(mutex_);
      handlers_.erase(gone);
    });
    MutexLock lock(mutex_);
    handlers_.insert(handler.get());
    return handler;
  }

  void EndStreams() override {
    MutexLock lock(mutex_);
    for (Tracked* handler : handlers_) {
      boost::asio::post(handler->loop().context(), [this, handler] {
        if (IsAlive(handler)) handler->handler().EndStreams();
      });
    }
  }

 private:
  // On the handler's loop, where nothing can destroy it meanwhile.
  bool IsAlive(Tracked* handler) {
    MutexLock lock(mutex_);
    return handlers_.count(handler) > 0;
  }

  const std::unique_ptr<Router> router_;
  const std::unique_ptr<Codec> codec_;
  const Errors errors_;
  const HostPolicy host_policy_;
  const ForwardedHeaders forwarded_;
  const std::string openapi_;
  SharedParts parts_;  // constant once Set
  Mutex mutex_;
  std::set<Tracked*> handlers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<Upstream> ParseUpstream(const std::string& text) {
  std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("--upstream: '", text, "' is not pkg.Service=HOST:PORT"));
  }
  Upstream upstream = {text.substr(0, equals), text.substr(equals + 1)};
  absl::Status address = grpc_client::SplitTarget(upstream.target).status();
  if (!address.ok()) return Annotate(address, "--upstream: ");
  return upstream;
}

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Create(const DescriptorSet& descriptors,
                                                         const GatewayOptions& options,
                                                         const Site* site, Metrics& metrics) {
  const DescriptorPool& pool = descriptors.pool();
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<Router> router,
                         Router::Create(pool, descriptors.service_files()));
  TRIAD_ASSIGN_OR_RETURN(ForwardedHeaders forwarded,
                         ForwardedHeaders::Create(options.forward_headers));
  TRIAD_ASSIGN_OR_RETURN(auto targets, Targets(pool, *router, options.upstreams));
  OpenApiOptions openapi_options;
  openapi_options.version = std::string(GetBuildInfo().version);
  openapi_options.print_defaults = options.codec.print_defaults;
  TRIAD_ASSIGN_OR_RETURN(std::string openapi,
                         OpenApiDocument(pool, descriptors.service_files(), openapi_options));
  auto gateway = std::make_unique<GatewayImpl>(descriptors, options, std::move(router),
                                               std::move(forwarded), std::move(openapi));
  gateway->Set(std::move(targets), site, metrics);
  return gateway;
}

}  // namespace triad::gateway
