// The sources of streams that run, so that the end of a call or a drain reaches them.
#pragma once

#include <memory>
#include <unordered_map>

#include "runtime/base/mutex.h"
#include "runtime/rpc/stream.h"

namespace triad::rpc {

// Thread-safe. Its lock is not held while a source is called.
class StreamRegistry {
 public:
  // `stream` is whatever gives what `source` has; its address is the key. The source is
  // shared, since the stream may end while it is cancelled.
  void Add(const void* stream, const std::shared_ptr<Cancellable>& source);
  // It may never have been added. Whoever calls this still shares the source.
  void Remove(const void* stream);
  // Cancels the source of one stream, if it has been added.
  void Cancel(const void* stream);
  // Cancels what runs and whatever is added later.
  void CancelAll();

 private:
  Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::unordered_map<const void*, std::shared_ptr<Cancellable>> sources_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::rpc
