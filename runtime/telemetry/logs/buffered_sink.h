// Where log lines wait before they are written.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/base/mutex.h"

namespace triad::log {

// Collects lines and writes them to a descriptor in large pieces: when enough
// have gathered, when told to flush, and by RunFlusher a moment after the first.
// Thread-safe.
class BufferedSink {
 public:
  explicit BufferedSink(int descriptor) : descriptor_(descriptor) {}

  // `line` without its end.
  void Add(absl::string_view line);
  void Flush();

  // Writes what has gathered within `delay`, for ever.
  [[noreturn]] void RunFlusher(absl::Duration delay);

 private:
  void WriteOut() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int descriptor_;
  Mutex mutex_;
  CondVar gathered_;
  std::string buffer_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::log
