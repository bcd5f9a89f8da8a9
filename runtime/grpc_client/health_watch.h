// Follows whether the process at the other end of a connection serves, by
// grpc.health.v1.Health/Watch: one that is about to end, or that cannot do its
// work, says so before its calls fail.
#pragma once

#include <functional>
#include <string>

#include "runtime/grpc_client/http2/http2_call.h"

namespace triad::grpc_client {

class Http2Transport;

// On the loop of its transport, which must outlive it.
class HealthWatch final : public CallObserver, public CallOwner {
 public:
  // Told later, and again after each change. Whoever does not implement the
  // protocol serves.
  using Changed = std::function<void(bool serving)>;

  // `owner` has its callbacks run.
  HealthWatch(CallOwner& owner, Http2Transport& transport, Changed changed);

 private:
  // CallObserver
  void OnInitialMetadata(const Metadata&) override {}
  void OnMessage(std::string message) override;
  void OnDone(const CallResult& result) override;
  // CallOwner
  void DeliverSoon(Http2Call& call) override { owner_.DeliverSoon(call); }
  void Requeue(Http2Call& call) override;

  CallOwner& owner_;
  const Changed changed_;
  Http2Call call_;
};

}  // namespace triad::grpc_client
