// Answers that come when something has changed.
#pragma once

#include <google/protobuf/duration.pb.h>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/io/executor.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/stream.h"
#include "runtime/watch/watch_hub.h"

namespace triad::config {

// How long a call that asks for `wait` may wait for its answer: no more than a minute, and
// less than its caller does. INVALID_ARGUMENT, naming wait, if that is no such time.
absl::StatusOr<absl::Duration> WaitOf(const rpc::Call& call,
                                      const google::protobuf::Duration& wait);

// A watch of what `filter` selects after a revision, or after now if that is 0, for such an
// answer. nullptr if there is nothing to wait for: no time, or changes that are not kept.
absl::StatusOr<std::unique_ptr<Watch>> StartWait(WatchHub& hub, WatchFilter filter, Revision after,
                                                 absl::Duration wait);

// Gives what `answer` returns, which may block, once the watch has told of a change or that
// its time is over.
template <typename Response>
class WaitSource final : public rpc::Source<Response> {
 public:
  using Answer = std::function<absl::StatusOr<Response>()>;

  // `executor` must outlive this.
  WaitSource(std::unique_ptr<Watch> watch, Executor& executor, Answer answer)
      : watch_(std::move(watch)), executor_(executor), answer_(std::move(answer)) {}

  void Next(typename rpc::Source<Response>::Done done) override {
    watch_->Next([this, done = std::move(done)](const absl::StatusOr<WatchMessage>& message) {
      if (!message.ok() && !absl::IsOutOfRange(message.status())) return done(message.status());
      executor_.Continue(
          [this, done] {
            absl::StatusOr<Response> response;
            absl::Status status =
                rpc::Guarded("waiting", [&] { return (response = answer_()).status(); });
            if (!status.ok()) return done(std::move(status));
            done(*std::move(response));
          },
          Lane::kRead);
    });
  }
  void Cancel() override { watch_->Cancel(); }

 private:
  std::unique_ptr<Watch> watch_;
  Executor& executor_;
  const Answer answer_;
};

}  // namespace triad::config
