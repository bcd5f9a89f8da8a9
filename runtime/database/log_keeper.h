// Keeps the write-ahead log short.
//
//   writer    commit · commit · commit · commit ·      · commit, at the log's beginning
//   log           fold ───────── fold ────        fold
//
// What the log holds is folded into the database while writes go on, so there is always a
// little more of it, and a log begins anew only once all of it is folded and nobody reads
// from it. Hence, when it is long, writes wait for a moment, in which what has come
// meanwhile is folded; the next one begins the log anew, unless somebody reads from it.
// Readers of whom there is always one, each for a moment only, would let it grow for ever:
// beyond its limit they are held back as well.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "runtime/base/background.h"
#include "runtime/database/driver.h"
#include "runtime/database/reader_pool.h"
#include "runtime/database/writer.h"

namespace prometheus {
class Counter;
}

namespace triad::db {

struct LogCounters {  // null for no metrics
  struct Results {
    prometheus::Counter* ok = nullptr;
    prometheus::Counter* error = nullptr;
  };
  Results folds;
  Results restarts;
};

class LogKeeper {
 public:
  // `writer` and `readers` outlive this; `writer` has stopped when this is destroyed.
  LogKeeper(std::unique_ptr<DriverLog> log, std::int64_t max_bytes, Writer& writer,
            ReaderPool& readers, LogCounters counters);

  // Called on the writer's thread, between two transactions. If the log has more than
  // `max_bytes`, further reads wait until those that run have ended and it begins anew. Gives up
  // after a moment if somebody reads for long, until the log has grown by a quarter more.
  void AfterCommit();

  // Begins the log anew and leaves nothing in its file, if nobody reads for more than a
  // moment. Called on the writer's thread, between two transactions.
  absl::Status Wipe();

 private:
  // On the thread of its own: folds if that is due, and again after a failure.
  void FoldIfDue();
  absl::Status Fold();
  // While no write runs.
  absl::Status FoldRest();
  absl::Status WithoutReaders(absl::Status (DriverLog::*begin_anew)());
  // Beyond the limit.
  void Restart(std::int64_t bytes);

  const std::unique_ptr<DriverLog> log_;
  const std::int64_t max_bytes_;
  Writer& writer_;
  ReaderPool& readers_;
  const LogCounters counters_;

  // Of the writer's thread.
  std::int64_t seen_bytes_ = 0;      // of the log, after the commit before
  std::int64_t appended_bytes_ = 0;  // since it was last due to be folded
  std::int64_t restart_above_;       // bytes of the log

  std::atomic<bool> due_ = false;
  std::atomic<bool> fails_ = false;
  std::int64_t fold_rest_above_;  // bytes of the log; of the thread of its own
  Background background_;         // last: it uses the rest
};

}  // namespace triad::db
