#include "runtime/grpc_client/health_watch.h"

#include <utility>

#include "runtime/grpc_client/http2_transport.h"
#include "runtime/grpc_client/protocol.h"

namespace triad::grpc_client {
namespace {

constexpr std::size_t kMostMessageBytes = 1024;

CallStart Watch() {
  CallStart start;
  start.path = "/grpc.health.v1.Health/Watch";
  return start;
}

}  // namespace

HealthWatch::HealthWatch(CallOwner& owner, Http2Transport& transport, Changed changed)
    : changed_(std::move(changed)), call_(owner, Watch(), kMostMessageBytes, *this) {
  call_.background = true;
  call_.Send("", nullptr);  // service "": the whole process
  call_.FinishSending();
  call_.Pull();
  // Should it take no more calls, its end comes anyway.
  transport.Submit(call_).IgnoreError();
}

void HealthWatch::OnMessage(std::string message) {
  call_.Pull();
  changed_(HealthStatus(message) == "SERVING");
}

void HealthWatch::OnDone(const CallResult&) { changed_(true); }

}  // namespace triad::grpc_client
