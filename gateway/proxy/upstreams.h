// The connections of one loop to the services.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "gateway/proxy/shared_parts.h"
#include "runtime/grpc_client/build_client.h"
#include "runtime/grpc_client/channel.h"
#include "runtime/grpc_client/health_client.h"

namespace triad::gateway {

// Services at the same address share a channel.
class Upstreams {
 public:
  Upstreams(const SharedParts& parts, EventLoop& loop);

  grpc_client::Channel& ChannelOf(const Route& route) const { return *by_route_.at(&route); }
  grpc_client::HealthClient& health() { return *health_; }
  grpc_client::BuildClient& builds() { return *builds_; }

 private:
  std::vector<std::unique_ptr<grpc_client::Channel>> channels_;
  std::unordered_map<const Route*, grpc_client::Channel*> by_route_;
  std::optional<grpc_client::HealthClient> health_;
  std::optional<grpc_client::BuildClient> builds_;
};

}  // namespace triad::gateway
