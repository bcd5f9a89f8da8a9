// The connections of one loop to the services.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/proxy/services/services.h"
#include "runtime/grpc_client/build_client.h"
#include "runtime/grpc_client/channel.h"
#include "runtime/grpc_client/health_client.h"

namespace triad {
class EventLoop;
}

namespace triad::gateway {

// Services at the same address share a channel. What the services' descriptors say has no part in
// it, so that connections stay when they change.
class Upstreams {
 public:
  Upstreams(const Targets& targets, const GatewayOptions& options, Metrics& metrics,
            EventLoop& loop);

  // `service` is one of the targets.
  grpc_client::Channel& ChannelOf(const std::string& service) const {
    return *by_service_.at(service);
  }
  grpc_client::HealthClient& health() { return *health_; }
  grpc_client::BuildClient& builds() { return *builds_; }

 private:
  std::vector<std::unique_ptr<grpc_client::Channel>> channels_;
  std::unordered_map<std::string, grpc_client::Channel*> by_service_;
  std::optional<grpc_client::HealthClient> health_;
  std::optional<grpc_client::BuildClient> builds_;
};

}  // namespace triad::gateway
