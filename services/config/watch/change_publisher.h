// Tells watches of the changes of entries.
#pragma once

#include <functional>
#include <utility>

#include "runtime/watch/encoded_change.h"
#include "runtime/watch/watch_hub.h"
#include "services/config/model/entry.h"

namespace triad::config {

using EncodeChange = std::function<EncodedChange(const Change&)>;

// What a hub needs of it.
EncodeMark MarksOf(EncodeChange encode);

// Cheap to copy. Thread-safe. The hub must outlive it.
class ChangePublisher {
 public:
  ChangePublisher(WatchHub& hub, EncodeChange encode) : hub_(hub), encode_(std::move(encode)) {}

  // As WatchHub::Publish. Serializes the change if anybody watches and it fits.
  void Publish(const Change& change) const;

 private:
  WatchHub& hub_;
  EncodeChange encode_;
};

}  // namespace triad::config
