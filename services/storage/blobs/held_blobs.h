// Which blobs are being written or read here, and must not be removed.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "runtime/base/mutex.h"

namespace triad::storage {

// Thread-safe.
class HeldBlobs {
 public:
  void Hold(const std::string& blob) {
    MutexLock lock(mutex_);
    held_.insert(blob);
  }
  void LetGo(const std::string& blob) {
    MutexLock lock(mutex_);
    held_.erase(held_.find(blob));
  }
  bool Holds(const std::string& blob) {
    MutexLock lock(mutex_);
    return held_.contains(blob);
  }

 private:
  Mutex mutex_;
  std::multiset<std::string> held_ ABSL_GUARDED_BY(mutex_);  // once for each holder
};

// Holds one blob for as long as it lives.
class Hold {
 public:
  Hold(HeldBlobs& held, std::string blob) : held_(held), blob_(std::move(blob)) {
    held_.Hold(blob_);
  }
  ~Hold() { held_.LetGo(blob_); }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

  const std::string& blob() const { return blob_; }

 private:
  HeldBlobs& held_;
  const std::string blob_;
};

}  // namespace triad::storage
