#include "runtime/grpc_client/health_watch.h"

#include <utility>

#include "runtime/grpc_client/http2/http2_transport.h"
#include "runtime/grpc_client/http2/protocol.h"

namespace triad::grpc_client {
namespace {

constexpr std::size_t kMaxMessageBytes = 1024;

}  // namespace

HealthWatch::HealthWatch(CallOwner& owner, Http2Transport& transport, Changed changed)
    : owner_(owner),
      changed_(std::move(changed)),
      call_(*this, {"/grpc.health.v1.Health/Watch", {}}, kMaxMessageBytes, *this) {
  call_.background = true;
  call_.Send("", nullptr);  // service "": the whole process
  call_.FinishSending();
  call_.Pull();
  // If it takes no more calls, its end is about to be told anyway.
  transport.Submit(call_).IgnoreError();
}

void HealthWatch::OnMessage(std::string message) {
  call_.Pull();
  changed_(HealthStatus(message) == "SERVING");
}

void HealthWatch::OnDone(const CallResult&) { changed_(true); }

// It is not sent again, since this connection takes no more calls; until it ends,
// nothing is known against the process.
void HealthWatch::Requeue(Http2Call&) { changed_(true); }

}  // namespace triad::grpc_client
