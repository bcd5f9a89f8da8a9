// Removes what takes more than one transaction: all of a bucket, and all objects with a
// prefix. How far it has come stands in the database, so that it goes on after a restart.
#pragma once

#include "absl/status/status.h"
#include "runtime/base/background.h"
#include "services/storage/model/removal.h"
#include "services/storage/parts.h"
#include "services/storage/sweep/loose_content.h"

namespace triad::storage {

// Thread-safe. Blocks.
class Remover {
 public:
  // `parts` must outlive it.
  explicit Remover(const Parts& parts) : parts_(parts) {}

  // Does all that there is to do, or as much of it as there is time for.
  absl::Status Run(Stopping stopping = NeverStopping);

 private:
  absl::Status EraseBucket(const Bucket& bucket, Stopping stopping);
  absl::Status RemovePrefix(Removal removal, Stopping stopping);
  // One transaction of it; returns how far it has come.
  absl::StatusOr<Removal> RemovePage(db::Session& session, Removal removal);

  const Parts& parts_;
};

// Runs a Remover until destroyed: at once, and whenever there is something to remove. What
// fails is logged and tried again.
class BackgroundRemovals {
 public:
  explicit BackgroundRemovals(Remover& remover);

  // There is something. Thread-safe, does not block.
  void Wake() { background_.Wake(); }

 private:
  Background background_;
};

}  // namespace triad::storage
