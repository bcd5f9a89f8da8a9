// The services as one loop sees them.
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <memory>
#include <unordered_map>

#include "gateway/proxy/services/services.h"
#include "gateway/proxy/services/upstreams.h"
#include "gateway/proxy/shared_parts.h"

namespace triad::gateway {

// Held by each request of the loop that uses it, so that it is there until the last of them has
// ended, whatever has been learned since. Counted without atomics, as it does not leave its loop.
class LoopServices
    : public boost::intrusive_ref_counter<LoopServices, boost::thread_unsafe_counter> {
 public:
  // `parts` and `upstreams` must outlive it.
  LoopServices(const SharedParts& parts, std::shared_ptr<const Services> services,
               const Upstreams& upstreams);

  const SharedParts& parts() const { return parts_; }
  const Services& services() const { return *services_; }
  // For work that goes on beside the loop.
  const std::shared_ptr<const Services>& shared() const { return services_; }
  grpc_client::Channel& ChannelOf(const Route& route) const { return *by_route_.at(&route); }

 private:
  const SharedParts& parts_;
  const std::shared_ptr<const Services> services_;
  std::unordered_map<const Route*, grpc_client::Channel*> by_route_;
};

using LoopServicesPtr = boost::intrusive_ptr<const LoopServices>;

}  // namespace triad::gateway
