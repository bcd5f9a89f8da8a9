// Test helpers: run on a loop, and see what a call tells.
#pragma once

#include <boost/asio/post.hpp>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "runtime/base/mutex.h"
#include "runtime/grpc_client/channel.h"
#include "runtime/io/event_loop.h"

namespace triad::grpc_client {

// Runs `action` on the loop and waits for its end.
template <typename Action>
auto RunOn(EventLoop& loop, Action action) -> decltype(action()) {
  std::packaged_task<decltype(action())()> task(std::move(action));
  auto result = task.get_future();
  boost::asio::post(loop.context(), [&task] { task(); });
  return result.get();
}

// Records what happens; everything but the callbacks is for the test's thread.
// One call at a time.
class RecordingObserver final : public CallObserver {
 public:
  struct Seen {
    bool initial = false;
    Metadata metadata;
    std::vector<std::string> messages;
    bool done = false;
    CallResult result;
  };

  // Begins a call on `channel`. With `pull_all`, takes every message as it comes.
  RecordingObserver(EventLoop& loop, Channel& channel, CallStart start, bool pull_all = true);
  // Cancels what runs.
  ~RecordingObserver() override;

  void Send(std::string message);
  // Sends and waits until flow control has let it out.
  bool SendAndWait(std::string message, absl::Duration timeout = absl::Seconds(10));
  void FinishSending();
  void Pull();
  void Cancel();

  // Waits until `condition` holds; false if it does not within `timeout`.
  bool WaitUntil(const std::function<bool(const Seen&)>& condition,
                 absl::Duration timeout = absl::Seconds(10));
  CallResult WaitDone();
  Seen seen();

  // CallObserver
  void OnInitialMetadata(const Metadata& metadata) override;
  void OnMessage(std::string message) override;
  void OnDone(const CallResult& result) override;

 private:
  EventLoop& loop_;
  const bool pull_all_;
  std::unique_ptr<ClientCall> call_;  // on the loop
  Mutex mutex_;
  CondVar changed_;
  Seen seen_ ABSL_GUARDED_BY(mutex_);
};

// A unary call from start to end.
RecordingObserver::Seen CallOnce(EventLoop& loop, Channel& channel, CallStart start,
                                 std::string request);

}  // namespace triad::grpc_client
