#include "gateway/proxy/services/upstreams.h"

#include <utility>

namespace triad::gateway {

using grpc_client::Channel;

Upstreams::Upstreams(const Targets& targets, const GatewayOptions& options, Metrics& metrics,
                     EventLoop& loop) {
  std::unordered_map<std::string, Channel*> by_target;
  std::vector<Channel*> all;
  for (const auto& [service, target] : targets) {
    Channel*& channel = by_target[target];
    if (channel == nullptr) {
      grpc_client::ChannelOptions channel_options;
      channel_options.target = target;
      channel_options.max_backoff = options.max_backoff;
      channel_options.max_message_bytes = options.max_message_bytes;
      channel_options.metrics = &metrics;
      channel = channels_.emplace_back(Channel::Create(loop, channel_options)).get();
      all.push_back(channel);
    }
    by_service_.emplace(service, channel);
  }
  health_.emplace(all);
  builds_.emplace(std::move(all));
}

}  // namespace triad::gateway
