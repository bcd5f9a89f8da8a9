#include "gateway/proxy/services/loop_services.h"

#include <google/protobuf/descriptor.h>

#include <utility>

namespace triad::gateway {

LoopServices::LoopServices(const SharedParts& parts, std::shared_ptr<const Services> services,
                           const Upstreams& upstreams)
    : parts_(parts), services_(std::move(services)) {
  for (const auto& route : services_->router->routes()) {
    by_route_[route.get()] = &upstreams.ChannelOf(route->method->service()->full_name());
  }
}

}  // namespace triad::gateway
