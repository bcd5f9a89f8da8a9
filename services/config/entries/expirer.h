// Deletes the entries whose end has come.
#pragma once

#include <cstdint>

#include "absl/time/time.h"
#include "runtime/base/background.h"

namespace triad {
class Clock;
}

namespace triad::config {

class EntryStore;

// A thread that looks for them every `interval`. What it is given must outlive it. Its
// destructor waits for the transaction that runs.
class Expirer {
 public:
  Expirer(EntryStore& store, const Clock& clock, absl::Duration interval = absl::Seconds(0.5));

 private:
  void ExpireAll(const Background& background);

  EntryStore& store_;
  const Clock& clock_;
  Background background_;  // last: it uses the rest
};

}  // namespace triad::config
