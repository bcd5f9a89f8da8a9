#include "services/transform/streams/exchange.h"

#include <utility>

namespace triad::transform {

void Exchange::Put(std::string bytes) {
  MutexLock lock(mutex_);
  input_ = std::move(bytes);
  changed_.NotifyAll();
}

void Exchange::EndInput() {
  MutexLock lock(mutex_);
  input_ended_ = true;
  changed_.NotifyAll();
}

void Exchange::WhenWanted(std::function<void()> wanted) {
  {
    MutexLock lock(mutex_);
    if (input_ && !cancelled() && !ended_) {
      wanted_ = std::move(wanted);
      return;
    }
  }
  wanted();
}

void Exchange::Next(Done done) {
  std::optional<Answer> answer;
  {
    MutexLock lock(mutex_);
    answer = TakeAnswer();
    if (!answer) {
      done_ = std::move(done);
      return;
    }
    changed_.NotifyAll();
  }
  done(*std::move(answer));
}

std::optional<std::string> Exchange::TakeInput() {
  std::optional<std::string> input;
  std::function<void()> wanted;
  {
    MutexLock lock(mutex_);
    while (!input_ && !input_ended_ && !cancelled()) changed_.Wait(mutex_);
    input = std::exchange(input_, std::nullopt);
    wanted = std::exchange(wanted_, nullptr);
  }
  if (wanted) wanted();
  return input;
}

absl::Status Exchange::Give(absl::string_view bytes) {
  Done done;
  std::string message(bytes);
  {
    MutexLock lock(mutex_);
    while (output_ && !cancelled()) changed_.Wait(mutex_);
    if (cancelled()) return absl::CancelledError("the caller went away");
    done = std::exchange(done_, nullptr);
    if (!done) {
      output_ = std::move(message);
      return absl::OkStatus();
    }
  }
  done(std::optional(std::move(message)));
  return absl::OkStatus();
}

void Exchange::End(const absl::Status& status) {
  Done done;
  std::function<void()> wanted;
  std::optional<Answer> answer;
  {
    MutexLock lock(mutex_);
    ended_ = status;
    wanted = std::exchange(wanted_, nullptr);
    done = std::exchange(done_, nullptr);
    if (done) answer = TakeAnswer();
  }
  if (wanted) wanted();
  if (done) done(*std::move(answer));
}

void Exchange::Cancel() {
  Done done;
  std::function<void()> wanted;
  {
    MutexLock lock(mutex_);
    cancelled_ = true;
    changed_.NotifyAll();
    wanted = std::exchange(wanted_, nullptr);
    done = std::exchange(done_, nullptr);
  }
  if (wanted) wanted();
  if (done) done(absl::CancelledError("the caller went away"));
}

std::optional<Exchange::Answer> Exchange::TakeAnswer() {
  if (output_) return Answer(std::exchange(output_, std::nullopt));
  if (cancelled()) return Answer(absl::CancelledError("the caller went away"));
  if (!ended_) return std::nullopt;
  return ended_->ok() ? Answer(std::nullopt) : Answer(*ended_);
}

}  // namespace triad::transform
