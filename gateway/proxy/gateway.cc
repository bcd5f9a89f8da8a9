#include "gateway/proxy/gateway.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/proxy/loop_handler.h"
#include "gateway/proxy/services/services.h"
#include "gateway/proxy/shared_parts.h"
#include "runtime/base/status.h"
#include "runtime/grpc_client/addresses.h"
#include "runtime/io/event_loop.h"

namespace triad::gateway {

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

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Create(ServiceSource services,
                                                         const GatewayOptions& options,
                                                         const Site* site, Metrics& metrics) {
  TRIAD_ASSIGN_OR_RETURN(auto parts, SharedParts::Create(options, site, metrics));
  TRIAD_ASSIGN_OR_RETURN(auto ready,
                         Services::Create(std::move(services), options, parts->targets));
  return std::make_unique<Gateway>(std::move(parts), std::move(ready));
}

Gateway::Gateway(std::unique_ptr<const SharedParts> parts, std::shared_ptr<const Services> services)
    : parts_(std::move(parts)), services_(std::move(services)) {}

Gateway::~Gateway() = default;

absl::Status Gateway::Replace(ServiceSource services) {
  TRIAD_ASSIGN_OR_RETURN(auto ready,
                         Services::Create(std::move(services), parts_->options, parts_->targets));
  {
    MutexLock lock(mutex_);
    services_ = ready;
  }
  ForEachHandler([ready](LoopHandler& handler) { handler.Use(ready); });
  return absl::OkStatus();
}

absl::Status Gateway::CheckKnown() {
  MutexLock lock(mutex_);
  if (services_->unknown.empty()) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("not described yet: ", absl::StrJoin(services_->unknown, ", ")));
}

std::unique_ptr<http::Handler> Gateway::MakeHandler(EventLoop& loop) {
  MutexLock lock(mutex_);
  auto handler = std::make_unique<LoopHandler>(*parts_, services_, loop, [this](LoopHandler* gone) {
    MutexLock lock(mutex_);
    handlers_.erase(gone);
  });
  handlers_.emplace(handler.get(), &loop);
  return handler;
}

void Gateway::FailStreams() {
  ForEachHandler([](LoopHandler& handler) { handler.FailStreams(); });
}

void Gateway::ForEachHandler(const std::function<void(LoopHandler&)>& task) {
  MutexLock lock(mutex_);
  for (const auto& [handler, loop] : handlers_) {
    boost::asio::post(loop->context(), [this, task, handler = handler] {
      if (IsAlive(handler)) task(*handler);
    });
  }
}

bool Gateway::IsAlive(LoopHandler* handler) {
  MutexLock lock(mutex_);
  return handlers_.count(handler) > 0;
}

}  // namespace triad::gateway
