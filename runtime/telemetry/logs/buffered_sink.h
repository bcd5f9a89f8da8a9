// Where log lines wait before they are written.
#pragma once

#include <spdlog/sinks/sink.h>

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "runtime/base/mutex.h"

namespace triad::log {

// Collects lines and writes them to a descriptor in large pieces: when enough
// have gathered, when told to flush, and by RunFlusher a moment after the first.
// Thread-safe.
class BufferedSink final : public spdlog::sinks::sink {
 public:
  explicit BufferedSink(int descriptor) : descriptor_(descriptor) {}

  // The payload is the whole line without its end.
  void log(const spdlog::details::log_msg& message) override;
  void flush() override;

  // Writes what has gathered within `delay`, for ever.
  [[noreturn]] void RunFlusher(absl::Duration delay);

  // Lines are laid out before they get here.
  void set_pattern(const std::string&) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter>) override {}

 private:
  void WriteOut() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int descriptor_;
  Mutex mutex_;
  CondVar gathered_;
  std::string buffer_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::log
