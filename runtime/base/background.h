// Work that is done now and then, beside everything else.
#pragma once

#include <functional>
#include <thread>

#include "absl/time/time.h"
#include "runtime/base/mutex.h"

namespace triad {

// A thread of its own.
class Background {
 public:
  // Is called at once, then an interval after it ended, or when woken. If it
  // takes long, it looks at stopping() now and then.
  using Work = std::function<void(const Background&)>;

  // `name` of the thread, at most 15 characters.
  Background(const char* name, absl::Duration interval, Work work);
  // Waits for the end of the work.
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // Thread-safe, both.
  void Wake();
  bool stopping() const;

 private:
  void Run();
  // False at the end.
  bool Wait();

  const absl::Duration interval_;
  const Work work_;
  mutable Mutex mutex_;
  CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses the rest
};

}  // namespace triad
