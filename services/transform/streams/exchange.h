// What the two sides of a stream pass each other.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/mutex.h"

namespace triad::transform {

// What the caller, gRPC and the stream's thread share. Each side holds at most one message for the
// other. Thread-safe.
class Exchange {
 public:
  using Answer = absl::StatusOr<std::optional<std::string>>;
  using Done = std::function<void(Answer)>;

  // Whether nobody waits any more.
  bool cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

  // From the caller. There is room for it, as the next is not wanted before.
  void Put(std::string bytes);
  void EndInput();
  // Calls `wanted` once there is room for the next.
  void WhenWanted(std::function<void()> wanted);

  // To the caller: calls `done` once there is something, or the end.
  void Next(Done done);

  // What the caller sent next; nullopt at the end, and if nobody waits any more.
  std::optional<std::string> TakeInput();

  // Waits until the caller has taken what was given before.
  absl::Status Give(absl::string_view bytes);

  // Nothing more is given or taken.
  void End(const absl::Status& status);
  void Cancel();

 private:
  std::optional<Answer> TakeAnswer() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Mutex mutex_;
  CondVar changed_;
  std::atomic<bool> cancelled_ = false;
  std::optional<std::string> input_ ABSL_GUARDED_BY(mutex_);
  bool input_ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::function<void()> wanted_ ABSL_GUARDED_BY(mutex_);
  std::optional<std::string> output_ ABSL_GUARDED_BY(mutex_);
  Done done_ ABSL_GUARDED_BY(mutex_);
  std::optional<absl::Status> ended_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::transform
