#include "runtime/grpc_client/testing/recording_observer.h"

#include <utility>

#include "runtime/base/elapsed.h"

namespace triad::grpc_client {

RecordingObserver::RecordingObserver(EventLoop& loop, Channel& channel, CallStart start,
                                     bool pull_all)
    : loop_(loop), pull_all_(pull_all) {
  RunOn(loop_, [&] {
    call_ = channel.Start(std::move(start), *this);
    if (pull_all_) call_->Pull();
  });
}

RecordingObserver::~RecordingObserver() { Cancel(); }

void RecordingObserver::Send(std::string message) {
  RunOn(loop_, [&] { call_->Send(std::move(message)); });
}

bool RecordingObserver::SendAndWait(std::string message, absl::Duration timeout) {
  auto sent = std::make_shared<std::promise<void>>();
  auto future = sent->get_future();
  RunOn(loop_, [&] { call_->Send(std::move(message), [sent] { sent->set_value(); }); });
  return future.wait_for(absl::ToChronoMilliseconds(timeout)) == std::future_status::ready;
}

void RecordingObserver::FinishSending() {
  RunOn(loop_, [&] { call_->FinishSending(); });
}

void RecordingObserver::Pull() {
  RunOn(loop_, [&] { call_->Pull(); });
}

void RecordingObserver::Cancel() {
  RunOn(loop_, [&] { call_.reset(); });
}

bool RecordingObserver::WaitUntil(const std::function<bool(const Seen&)>& condition,
                                  absl::Duration timeout) {
  Countdown countdown(timeout);
  MutexLock lock(mutex_);
  while (!condition(seen_)) {
    if (countdown.over()) return false;
    changed_.WaitFor(mutex_, countdown.left());
  }
  return true;
}

CallResult RecordingObserver::WaitDone() {
  if (!WaitUntil([](const Seen& seen) { return seen.done; })) {
    return {absl::UnknownError("the call did not end"), "", {}};
  }
  return seen().result;
}

RecordingObserver::Seen RecordingObserver::seen() {
  MutexLock lock(mutex_);
  return seen_;
}

void RecordingObserver::OnInitialMetadata(const Metadata& metadata) {
  MutexLock lock(mutex_);
  seen_.initial = true;
  seen_.metadata = metadata;
  changed_.NotifyAll();
}

void RecordingObserver::OnMessage(std::string message) {
  if (pull_all_) call_->Pull();
  MutexLock lock(mutex_);
  seen_.messages.push_back(std::move(message));
  changed_.NotifyAll();
}

void RecordingObserver::OnDone(const CallResult& result) {
  MutexLock lock(mutex_);
  seen_.done = true;
  seen_.result = result;
  changed_.NotifyAll();
}

RecordingObserver::Seen CallOnce(EventLoop& loop, Channel& channel, CallStart start,
                                 std::string request) {
  RecordingObserver observer(loop, channel, std::move(start));
  observer.Send(std::move(request));
  observer.FinishSending();
  observer.WaitDone();
  return observer.seen();
}

}  // namespace triad::grpc_client
