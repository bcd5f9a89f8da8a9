#include "runtime/rpc/calls/stream_registry.h"

namespace triad::rpc {

void StreamRegistry::Add(const void* stream, const std::shared_ptr<Cancellable>& source) {
  bool cancelled = false;
  {
    MutexLock lock(mutex_);
    sources_.emplace(stream, source);
    cancelled = cancelled_;
  }
  if (cancelled) source->Cancel();
}

void StreamRegistry::Remove(const void* stream) {
  MutexLock lock(mutex_);
  sources_.erase(stream);
}

void StreamRegistry::Cancel(const void* stream) {
  std::shared_ptr<Cancellable> source;
  {
    MutexLock lock(mutex_);
    auto found = sources_.find(stream);
    if (found == sources_.end()) return;
    source = found->second;
  }
  source->Cancel();
}

void StreamRegistry::CancelAll() {
  std::unordered_map<const void*, std::shared_ptr<Cancellable>> sources;
  {
    MutexLock lock(mutex_);
    cancelled_ = true;
    sources = sources_;
  }
  for (const auto& [stream, source] : sources) source->Cancel();
}

}  // namespace triad::rpc
