#include "runtime/rpc/calls/stream_registry.h"

#include <vector>

namespace triad::rpc {

void StreamHandle::Cancel() {
  std::shared_ptr<Cancellable> target;
  {
    MutexLock lock(mutex_);
    cancelled_ = true;
    target = target_;
  }
  if (target) target->Cancel();
}

void StreamHandle::SetTarget(const std::shared_ptr<Cancellable>& target) {
  bool cancelled = false;
  {
    MutexLock lock(mutex_);
    target_ = target;
    cancelled = cancelled_;
  }
  if (cancelled) target->Cancel();
}

void StreamRegistry::Add(const std::shared_ptr<StreamHandle>& stream) {
  bool cancelled = false;
  {
    MutexLock lock(mutex_);
    streams_.insert(stream);
    cancelled = cancelled_;
  }
  if (cancelled) stream->Cancel();
}

void StreamRegistry::Remove(const std::shared_ptr<StreamHandle>& stream) {
  MutexLock lock(mutex_);
  streams_.erase(stream);
}

void StreamRegistry::CancelAll() {
  std::vector<std::shared_ptr<StreamHandle>> streams;
  {
    MutexLock lock(mutex_);
    cancelled_ = true;
    streams.assign(streams_.begin(), streams_.end());
  }
  for (const auto& stream : streams) stream->Cancel();
}

}  // namespace triad::rpc
