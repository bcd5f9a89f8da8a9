// Follows whether the process at the other end of a connection serves, by
// grpc.health.v1.Health/Watch: one that is about to end, or that cannot do its
// work, says so before its calls fail.
#pragma once

#include <functional>
#include <string>

#include "runtime/grpc_client/http2_call.h"

namespace triad::grpc_client {

class Http2Transport;

// On the loop of its connection, which must outlive it.
class HealthWatch final : public CallObserver {
 public:
  // Told later, and again after each change. Whoever does not implement the
  // protocol serves.
  using Changed = std::function<void(bool serving)>;

  HealthWatch(CallOwner& owner, Http2Transport& transport, Changed changed);

  // Whether `call` is the one this is made of.
  bool Is(const Http2Call& call) const { return &call == &call_; }

 private:
  // CallObserver
  void OnInitialMetadata(const Metadata&) override {}
  void OnMessage(std::string message) override;
  void OnDone(const CallResult& result) override;

  const Changed changed_;
  Http2Call call_;
};

}  // namespace triad::grpc_client
