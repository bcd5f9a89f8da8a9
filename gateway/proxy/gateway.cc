#include "gateway/proxy/gateway.h"

#include <boost/asio/post.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/proxy/loop_handler.h"
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

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Create(const DescriptorSet& descriptors,
                                                         const GatewayOptions& options,
                                                         const Site* site, Metrics& metrics) {
  TRIAD_ASSIGN_OR_RETURN(auto parts, SharedParts::Create(descriptors, options, site, metrics));
  return std::make_unique<Gateway>(std::move(parts));
}

Gateway::Gateway(std::unique_ptr<const SharedParts> parts) : parts_(std::move(parts)) {}

Gateway::~Gateway() = default;

std::unique_ptr<http::Handler> Gateway::MakeHandler(EventLoop& loop) {
  auto handler = std::make_unique<LoopHandler>(*parts_, loop, [this](LoopHandler* gone) {
    MutexLock lock(mutex_);
    handlers_.erase(gone);
  });
  MutexLock lock(mutex_);
  handlers_.emplace(handler.get(), &loop);
  return handler;
}

void Gateway::FailStreams() {
  MutexLock lock(mutex_);
  for (const auto& [handler, loop] : handlers_) {
    boost::asio::post(loop->context(), [this, handler = handler] {
      if (IsAlive(handler)) handler->FailStreams();
    });
  }
}

bool Gateway::IsAlive(LoopHandler* handler) {
  MutexLock lock(mutex_);
  return handlers_.count(handler) > 0;
}

}  // namespace triad::gateway
