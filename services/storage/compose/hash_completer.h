// Computes the SHA-256 of content that was not written in one go, in the background. Lists
// and etags do not wait for it.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "runtime/base/background.h"
#include "services/storage/objects/object_store.h"
#include "services/storage/parts.h"
#include "services/storage/sweep/loose_content.h"

namespace triad::storage {

// Thread-safe. Blocks.
class HashCompleter {
 public:
  // What was written within this time is left for later: an object that is appended to
  // again and again is hashed once.
  static constexpr absl::Duration kSettled = absl::Seconds(10);

  // Both must outlive it.
  HashCompleter(const Parts& parts, ObjectStore& objects) : parts_(parts), objects_(objects) {}

  // Computes all that is to be computed now. What cannot be read is passed over and logged.
  absl::Status Run(Stopping stopping = NeverStopping);

 private:
  absl::Status Complete(const Object& object, Stopping stopping);

  const Parts& parts_;
  ObjectStore& objects_;
};

// Runs a HashCompleter now and then, until destroyed.
class BackgroundHashes {
 public:
  explicit BackgroundHashes(HashCompleter& completer);

 private:
  Background background_;
};

}  // namespace triad::storage
