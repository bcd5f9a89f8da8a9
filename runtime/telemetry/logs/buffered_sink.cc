#include "runtime/telemetry/logs/buffered_sink.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "runtime/base/elapsed.h"

namespace triad::log {
namespace {

constexpr std::size_t kEnough = 32 * 1024;
constexpr int kCrashMilliseconds = 100;

// True once the descriptor takes PIPE_BUF bytes without waiting.
bool AwaitRoom(int descriptor, int milliseconds) {
  pollfd ready{descriptor, POLLOUT, 0};
  return poll(&ready, 1, milliseconds) > 0;
}

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(std::min<std::int64_t>(absl::ToInt64Milliseconds(duration), INT_MAX));
}

// Writes `bytes` and returns what is left once `patience` is over. Gives up when the
// descriptor fails: there is nowhere to report that the place for reports is broken.
absl::string_view WriteFor(absl::Duration patience, int descriptor, absl::string_view bytes) {
  bool endless = patience == absl::InfiniteDuration();
  Countdown countdown(patience);
  while (!bytes.empty()) {
    // A write that may not wait is no larger than what a pipe has room for.
    if (!endless && !AwaitRoom(descriptor, Milliseconds(countdown.left()))) break;
    ssize_t written = write(descriptor, bytes.data(),
                            endless ? bytes.size() : std::min<std::size_t>(bytes.size(), PIPE_BUF));
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      AwaitRoom(descriptor, endless ? -1 : Milliseconds(countdown.left()));
    } else if (errno != EINTR) {
      return {};
    }
  }
  return bytes;
}

}  // namespace

void BufferedSink::Start(absl::Duration delay) {
  {
    MutexLock lock(mutex_);
    has_writer_ = true;
  }
  std::thread writer([this, delay] { Run(delay); });
  pthread_setname_np(writer.native_handle(), "log");
  writer.detach();
}

void BufferedSink::Add(absl::string_view line, bool soon) {
  MutexLock lock(mutex_);
  if (buffer_.size() + line.size() >= capacity_) {
    ++dropped_;
    return;
  }
  bool first = buffer_.empty();
  buffer_.append(line.data(), line.size());
  buffer_.push_back('\n');
  hurry_ |= soon || buffer_.size() >= kEnough;
  if (hurry_ && !has_writer_ && !writing_) {
    WriteOut(absl::ZeroDuration());
  } else if (first || hurry_) {
    gathered_.NotifyOne();
  }
}

void BufferedSink::Flush(absl::Duration patience) {
  Countdown countdown(patience);
  MutexLock lock(mutex_);
  while (writing_ && !countdown.over()) written_.WaitFor(mutex_, countdown.left());
  if (!writing_) WriteOut(countdown.left());
}

void BufferedSink::FlushAtCrash() {
  for (int waited = 0; waited < kCrashMilliseconds; ++waited) {
    if (mutex_.TryLock()) {
      if (!writing_) {
        // No allocation from here on.
        absl::string_view rest = buffer_;
        while (!rest.empty() && AwaitRoom(descriptor_, kCrashMilliseconds)) {
          ssize_t written =
              write(descriptor_, rest.data(), std::min<std::size_t>(rest.size(), PIPE_BUF));
          if (written <= 0) break;
          rest.remove_prefix(static_cast<std::size_t>(written));
        }
        // The lock stays: nobody writes the same again.
        return;
      }
      mutex_.Unlock();
    }
    timespec millisecond{0, 1'000'000};
    nanosleep(&millisecond, nullptr);
  }
}

void BufferedSink::Run(absl::Duration delay) {
  MutexLock lock(mutex_);
  for (;;) {
    while (buffer_.empty()) gathered_.Wait(mutex_);
    Countdown gathering(delay);
    while (!hurry_ && !gathering.over()) gathered_.WaitFor(mutex_, gathering.left());
    while (writing_) written_.Wait(mutex_);
    WriteOut(absl::InfiniteDuration());
  }
}

std::int64_t BufferedSink::dropped() const {
  MutexLock lock(mutex_);
  return dropped_;
}

void BufferedSink::TakeGathered() {
  hurry_ = false;
  outgoing_.swap(buffer_);
  if (dropped_ == told_) return;
  // Here they are missing: what came before is in front, what comes later behind.
  outgoing_ += note_(dropped_ - told_);
  outgoing_.push_back('\n');
  told_ = dropped_;
}

void BufferedSink::WriteOut(absl::Duration patience) {
  TakeGathered();
  writing_ = true;
  mutex_.Unlock();
  absl::string_view rest = WriteFor(patience, descriptor_, outgoing_);
  mutex_.Lock();
  buffer_.insert(0, rest.data(), rest.size());
  outgoing_.clear();
  writing_ = false;
  written_.NotifyAll();
}

}  // namespace triad::log
