// Where log lines wait before they are written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/base/mutex.h"

namespace triad::log {

// Collects lines and writes them to a descriptor in large pieces, on a thread of its
// own. Nobody who adds a line waits for whoever reads the descriptor: at most `capacity`
// bytes wait beside those that are being written, further lines are dropped and counted,
// and a line where they are missing says how many. Thread-safe.
class BufferedSink {
 public:
  // The line, without its end, that stands for so many that were dropped.
  using Note = std::function<std::string(std::int64_t dropped)>;

  BufferedSink(int descriptor, std::size_t capacity, Note note)
      : descriptor_(descriptor), capacity_(capacity), note_(std::move(note)) {}

  // Starts the thread, which lives as long as the process, as this then has to. It writes
  // what gathers within `delay`. Once; before it, Add writes as much as there is room for.
  void Start(absl::Duration delay);

  // `line` without its end. `soon`: it does not wait for others.
  void Add(absl::string_view line, bool soon);

  // Writes what there is, on the caller's thread, and waits for what is being written;
  // for `patience` at most. What is left then stays.
  void Flush(absl::Duration patience);

  // For the handler of a signal that ends the process: writes what there is if the lock
  // is free and nobody writes, and gives up soon.
  void FlushAtCrash() ABSL_NO_THREAD_SAFETY_ANALYSIS;

  // Lines, since the start.
  std::int64_t dropped() const;

 private:
  [[noreturn]] void Run(absl::Duration delay);
  // Gives what has gathered to the descriptor; the lock is not held meanwhile.
  void WriteOut(absl::Duration patience) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TakeGathered() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const int descriptor_;
  const std::size_t capacity_;
  const Note note_;
  mutable Mutex mutex_;
  CondVar gathered_;
  CondVar written_;
  bool has_writer_ ABSL_GUARDED_BY(mutex_) = false;
  bool hurry_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  std::int64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
  std::int64_t told_ ABSL_GUARDED_BY(mutex_) = 0;  // of those
  std::string buffer_ ABSL_GUARDED_BY(mutex_);
  std::string outgoing_;  // of whoever has set writing_
};

}  // namespace triad::log
