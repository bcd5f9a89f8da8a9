// The bytes that all uploads together may hold.
#pragma once

#include <prometheus/gauge.h>

#include <cstdint>

#include "runtime/base/mutex.h"

namespace triad::storage::s3 {

// Thread-safe. Nobody waits here: an upload that gets no more waits for its own parts
// to give theirs back, or is refused. So no upload waits for another one.
class UploadMemory {
 public:
  UploadMemory(std::int64_t limit, prometheus::Gauge& used) : limit_(limit), gauge_(used) {}

  std::int64_t limit() const { return limit_; }

  bool Take(std::int64_t bytes) {
    MutexLock lock(mutex_);
    if (used_ + bytes > limit_) return false;
    used_ += bytes;
    gauge_.Set(static_cast<double>(used_));
    return true;
  }
  void Return(std::int64_t bytes) {
    MutexLock lock(mutex_);
    used_ -= bytes;
    gauge_.Set(static_cast<double>(used_));
  }

 private:
  const std::int64_t limit_;
  prometheus::Gauge& gauge_;
  Mutex mutex_;
  std::int64_t used_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace triad::storage::s3
