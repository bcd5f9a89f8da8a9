#include "gateway/proxy/gateway.h"

#include <boost/asio/post.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/proxy/loop_handler.h"
#include "gateway/proxy/shared_parts.h"
#include "runtime/base/mutex.h"
#include "runtime/base/status.h"
#include "runtime/grpc_client/addresses.h"
#include "runtime/io/event_loop.h"

namespace triad::gateway {
namespace {

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
  explicit GatewayImpl(std::unique_ptr<const SharedParts> parts) : parts_(std::move(parts)) {}

  std::unique_ptr<http::Handler> MakeHandler(EventLoop& loop) override {
    auto handler = std::make_unique<Tracked>(*parts_, loop, [this](Tracked* gone) {
      MutexLock lock(mutex_);
      handlers_.erase(gone);
    });
    MutexLock lock(mutex_);
    handlers_.insert(handler.get());
    return handler;
  }

  void FailStreams() override {
    MutexLock lock(mutex_);
    for (Tracked* handler : handlers_) {
      boost::asio::post(handler->loop().context(), [this, handler] {
        if (IsAlive(handler)) handler->handler().FailStreams();
      });
    }
  }

 private:
  // On the handler's loop, where nothing can destroy it meanwhile.
  bool IsAlive(Tracked* handler) {
    MutexLock lock(mutex_);
    return handlers_.count(handler) > 0;
  }

  const std::unique_ptr<const SharedParts> parts_;
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
  TRIAD_ASSIGN_OR_RETURN(auto parts, SharedParts::Create(descriptors, options, site, metrics));
  return std::make_unique<GatewayImpl>(std::move(parts));
}

}  // namespace triad::gateway
