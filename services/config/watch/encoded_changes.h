// Serializes changes, and knows which of them are still held by somebody.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>

#include "runtime/base/mutex.h"
#include "services/config/model/entry.h"
#include "services/config/watch/encoded_change.h"

namespace triad::config {

// Thread-safe. What it returns may outlive it.
class EncodedChanges {
 public:
  explicit EncodedChanges(EncodeChange encode);

  EncodedChangePtr Encode(const Change& change) const;
  EncodedChangePtr Outline(const Change& change) const;
  // What was made of those that this returned.
  EncodedChangePtr Count(EncodedChange change) const;
  // The same, or an equal one that this returned before, if somebody still holds it.
  EncodedChangePtr EncodeShared(const Change& change);
  // Of all that are held.
  std::int64_t bytes() const { return *bytes_; }

 private:
  const EncodeChange encode_;
  // Shared with what is held.
  const std::shared_ptr<std::atomic<std::int64_t>> bytes_;
  Mutex mutex_;
  // By what comes before them.
  std::map<Position, std::weak_ptr<const EncodedChange>> shared_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad::config
