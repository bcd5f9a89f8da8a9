// Forgets history that is older than its retention.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/base/background.h"
#include "runtime/database/database.h"

namespace triad {
class Clock;
}

namespace triad::config {

struct CompactionOptions {
  absl::Duration retention = absl::Hours(168);
  // A transaction removes so many events at most, because writers wait for it.
  std::int64_t batch = 200;
};

// Runs one transaction of the compaction: moves the floor over revisions that are older
// than the retention, and removes their events and the versions that were replaced by
// them. The version of each key that was current at the floor stays, and so the newest
// one always does. Returns how many events were removed: 0 if there is nothing left to
// do.
absl::StatusOr<std::int64_t> CompactOnce(db::Database& database, absl::Time now,
                                         const CompactionOptions& options);

// A thread that compacts every `interval`. What it is given must outlive it. Its
// destructor waits for the transaction that runs.
class Compactor {
 public:
  Compactor(db::Database& database, const Clock& clock, CompactionOptions options,
            absl::Duration interval = absl::Minutes(1));

 private:
  void CompactAll(const Background& background);

  db::Database& database_;
  const Clock& clock_;
  const CompactionOptions options_;
  Background background_;  // last: it uses the rest
};

}  // namespace triad::config
