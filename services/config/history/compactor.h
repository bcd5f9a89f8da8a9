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
  // Most events of one transaction: writers wait for it.
  std::int64_t batch = 200;
};

// One transaction of it. Advances the floor over revisions that are older than
// the retention, removing their events, and of each key the versions that had
// been replaced by then. What was current at the floor stays, so the newest
// version of a key always does. Returns how many events were removed; 0 when
// there is no more to do.
absl::StatusOr<std::int64_t> CompactOnce(db::Database& database, absl::Time now,
                                         const CompactionOptions& options);

// A thread that compacts now and then. The database and the clock outlive it. Its
// end waits for the transaction that runs.
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
