#include "runtime/telemetry/logs/buffered_sink.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace triad::log {
namespace {

constexpr std::size_t kEnough = 32 * 1024;

// Writes all of `bytes`. Gives up when the descriptor fails: there is nowhere
// to report that the place for reports is broken.
void WriteAll(int descriptor, absl::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd ready{descriptor, POLLOUT, 0};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return;
    }
  }
}

}  // namespace

void BufferedSink::Add(absl::string_view line) {
  MutexLock lock(mutex_);
  bool first = buffer_.empty();
  buffer_.append(line.data(), line.size());
  buffer_.push_back('\n');
  if (buffer_.size() >= kEnough) {
    WriteOut();
  } else if (first) {
    gathered_.NotifyOne();
  }
}

void BufferedSink::Flush() {
  MutexLock lock(mutex_);
  WriteOut();
}

void BufferedSink::WriteOut() {
  WriteAll(descriptor_, buffer_);
  buffer_.clear();
}

void BufferedSink::RunFlusher(absl::Duration delay) {
  CondVar never;
  MutexLock lock(mutex_);
  for (;;) {
    while (buffer_.empty()) gathered_.Wait(mutex_);
    never.WaitFor(mutex_, delay);
    WriteOut();
  }
}

}  // namespace triad::log
