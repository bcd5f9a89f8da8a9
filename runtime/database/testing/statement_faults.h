// Makes a statement of SQLite fail, for tests of what is left of a transaction then.
#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"

namespace triad::db {

// In the databases that are opened while it is there, in all threads. One at a time.
class StatementFaults {
 public:
  StatementFaults();
  ~StatementFaults();
  StatementFaults(const StatementFaults&) = delete;
  StatementFaults& operator=(const StatementFaults&) = delete;

  enum class Kind {
    // The statement is interrupted. If it writes, SQLite ends the transaction with it.
    kInterrupted,
    // The statement has a row that is too large, and the transaction goes on. It is the next
    // one of which a row has more than a few bytes.
    kTooLarge,
  };
  // Of the statements that transactions which write run from now on, the n-th fails, counted
  // from 1: also one that ends the transaction, or begins or ends a savepoint in it. None
  // does if n is 0.
  void FailAt(std::int64_t n, Kind kind = Kind::kInterrupted);
  // Whether it has.
  bool failed() const;

  // Whether such a transaction has run a statement that begins so.
  bool HasRun(absl::string_view sql) const;
};

}  // namespace triad::db
