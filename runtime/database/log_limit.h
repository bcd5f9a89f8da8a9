// Keeps the write-ahead log short.
//
// A log begins anew only while nobody reads from it. Readers of whom there is always
// one, each for a moment only, would let it grow for ever.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "runtime/database/driver.h"
#include "runtime/database/reader_pool.h"

namespace prometheus {
class Counter;
}

namespace triad::db {

struct LogLimitCounters {  // null for no metrics
  prometheus::Counter* restarted = nullptr;
  prometheus::Counter* failed = nullptr;
};

// Used by the writer's thread.
class LogLimit {
 public:
  // `readers` outlives this.
  LogLimit(std::int64_t max_bytes, ReaderPool& readers, LogLimitCounters counters)
      : max_bytes_(max_bytes), next_bytes_(max_bytes), readers_(readers), counters_(counters) {}

  // To be called between two transactions. If the log has more than so many bytes,
  // further readers wait until those that run have ended and it has begun anew. Gives up
  // after a moment if somebody reads for long, until the log has grown by a quarter more.
  void Enforce(DriverSession& writer);
  // Begins the log anew, if nobody reads for more than a moment.
  absl::Status Restart(DriverSession& writer);

 private:
  const std::int64_t max_bytes_;
  std::int64_t next_bytes_;  // beyond which it is tried
  ReaderPool& readers_;
  const LogLimitCounters counters_;
};

}  // namespace triad::db
