// Counts the changes that are held by somebody.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>

#include "runtime/base/mutex.h"
#include "runtime/base/resources/revision.h"
#include "runtime/watch/encoded_change.h"

namespace triad {

// Thread-safe. What it returns may outlive it.
class EncodedChanges {
 public:
  EncodedChanges() : bytes_(std::make_shared<std::atomic<std::int64_t>>(0)) {}

  EncodedChangePtr Count(EncodedChange change) const;
  // The same, or an equal one that this returned before, if somebody still holds it.
  EncodedChangePtr Share(EncodedChange change);
  // Of all that are held.
  std::int64_t bytes() const { return *bytes_; }

 private:
  // Shared with what is held.
  const std::shared_ptr<std::atomic<std::int64_t>> bytes_;
  Mutex mutex_;
  // By what comes before them.
  std::map<Position, std::weak_ptr<const EncodedChange>> shared_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad
