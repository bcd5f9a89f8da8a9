#include "gateway/proxy/upstreams.h"

#include <google/protobuf/descriptor.h>

#include <utility>

namespace triad::gateway {

using grpc_client::Channel;

Upstreams::Upstreams(const SharedParts& parts, EventLoop& loop) {
  std::map<std::string, Channel*> by_target;
  std::vector<Channel*> all;
  for (const auto& [service, target] : parts.targets) {
    Channel*& channel = by_target[target];
    if (channel != nullptr) continue;
    grpc_client::ChannelOptions options;
    options.target = target;
    options.max_backoff = parts.options.max_backoff;
    options.max_message_bytes = parts.options.max_message_bytes;
    options.metrics = &parts.metrics;
    channel = channels_.emplace_back(Channel::Create(loop, options)).get();
    all.push_back(channel);
  }
  for (const auto& route : parts.router->routes()) {
    by_route_[route.get()] = by_target.at(parts.targets.at(route->method->service()->full_name()));
  }
  health_.emplace(all);
  builds_.emplace(std::move(all));
}

}  // namespace triad::gateway
