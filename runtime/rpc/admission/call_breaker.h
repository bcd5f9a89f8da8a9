// Breaks a call off from outside, for as long as there is one.
#pragma once

#include <grpcpp/grpcpp.h>

#include "runtime/base/mutex.h"

namespace triad::rpc {

// Thread-safe. Shared by the call's reactor and whoever may break it off.
class CallBreaker {
 public:
  explicit CallBreaker(grpc::CallbackServerContext& context) : context_(&context) {}

  // The caller gets CANCELLED; what was to be sent is dropped. gRPC calls the reactor
  // from another thread.
  void Break() {
    MutexLock lock(mutex_);
    if (context_ != nullptr) context_->TryCancel();
  }
  // The call has ended.
  void Forget() {
    MutexLock lock(mutex_);
    context_ = nullptr;
  }

 private:
  Mutex mutex_;
  grpc::CallbackServerContext* context_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::rpc
