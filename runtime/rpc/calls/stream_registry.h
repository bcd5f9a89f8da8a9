// Which streams that give run, so that a drain can end them.
#pragma once

#include <memory>
#include <unordered_set>

#include "runtime/base/mutex.h"
#include "runtime/rpc/stream.h"

namespace triad::rpc {

// Passes a cancellation on to a source, which may come after it. Thread-safe.
class StreamHandle {
 public:
  void Cancel();
  void SetTarget(const std::shared_ptr<Cancellable>& target);

 private:
  Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  // Shared with the reactor: it may end while Cancel runs.
  std::shared_ptr<Cancellable> target_ ABSL_GUARDED_BY(mutex_);
};

// Thread-safe. Lock order: none is held while a handle is called.
class StreamRegistry {
 public:
  void Add(const std::shared_ptr<StreamHandle>& stream);
  void Remove(const std::shared_ptr<StreamHandle>& stream);
  // Cancels what runs and whatever is added later.
  void CancelAll();

 private:
  Mutex mutex_;
  bool cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  std::unordered_set<std::shared_ptr<StreamHandle>> streams_ ABSL_GUARDED_BY(mutex_);
};

// A stream that is registered for as long as it lives.
class RegisteredStream {
 public:
  explicit RegisteredStream(StreamRegistry& registry)
      : registry_(registry), handle_(std::make_shared<StreamHandle>()) {
    registry_.Add(handle_);
  }
  ~RegisteredStream() { registry_.Remove(handle_); }
  RegisteredStream(const RegisteredStream&) = delete;
  RegisteredStream& operator=(const RegisteredStream&) = delete;

  void Cancel() { handle_->Cancel(); }
  void SetTarget(const std::shared_ptr<Cancellable>& target) { handle_->SetTarget(target); }

 private:
  StreamRegistry& registry_;
  const std::shared_ptr<StreamHandle> handle_;
};

}  // namespace triad::rpc
