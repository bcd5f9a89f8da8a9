// Takes the answers of watches, for tests.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_join.h"
#include "runtime/base/mutex.h"
#include "runtime/watch/watch_hub.h"

namespace triad::testing {

// Takes one answer of a watch, and waits for it.
class Pending {
 public:
  explicit Pending(Watch& watch) {
    watch.Next([state = state_](absl::StatusOr<WatchMessage> change) {
      MutexLock lock(state->mutex);
      state->answer = std::move(change);
      state->changed.NotifyAll();
    });
  }
  bool answered() const {
    MutexLock lock(state_->mutex);
    return state_->answer.has_value();
  }
  absl::StatusOr<WatchMessage> Wait() {
    MutexLock lock(state_->mutex);
    while (!state_->answer) state_->changed.Wait(state_->mutex);
    return *state_->answer;
  }

 private:
  // Shared with the callback, which may outlive this.
  struct State {
    Mutex mutex;
    CondVar changed;
    std::optional<absl::StatusOr<WatchMessage>> answer ABSL_GUARDED_BY(mutex);
  };
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

inline absl::StatusOr<WatchMessage> Next(Watch& watch) { return Pending(watch).Wait(); }

// Of a message in words.
inline std::string Keys(const WatchMessage& message) { return absl::StrJoin(message.pieces, ""); }

}  // namespace triad::testing
