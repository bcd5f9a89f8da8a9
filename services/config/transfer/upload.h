// The bytes of a file on their way in.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "runtime/base/memory_budget.h"
#include "runtime/base/mutex.h"

namespace triad {
class Executor;
}

namespace triad::config {

// Takes the bytes as they come, and gives them back once, to be read as a file: the libraries
// that read it want the whole of it. What it holds counts in a budget that all uploads share.
// For one thread at a time.
class Upload {
 public:
  // What it is given must outlive it.
  Upload(MemoryBudget& budget, Executor& executor);
  ~Upload();

  // OUT_OF_RANGE if it takes more than the budget has for all, UNAVAILABLE with RetryInfo if
  // others hold too much of it, DEADLINE_EXCEEDED if this was ended for them as it was too slow.
  absl::Status Append(const std::string& bytes);
  // The same for what is made of the file.
  absl::Status Reserve(std::size_t bytes);

  // A ByteSource; what was read is not held any more.
  std::size_t Read(char* buffer, std::size_t size);

  // DEADLINE_EXCEEDED if it was ended.
  absl::Status status() const;

 private:
  // Shared with what drops it when it is ended.
  struct Held {
    Mutex mutex;
    std::deque<std::string> chunks ABSL_GUARDED_BY(mutex);
  };

  absl::Status Grow(std::size_t bytes);

  const MemoryBudget& budget_;
  std::shared_ptr<Held> held_;
  std::size_t read_ = 0;   // of the first chunk
  std::size_t bytes_ = 0;  // that it holds
  MemoryShare share_;      // last: it may call back until it is gone
};

}  // namespace triad::config
