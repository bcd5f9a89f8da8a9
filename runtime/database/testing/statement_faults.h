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

  // Of the statements that transactions which write run from now on, the n-th fails, counted
  // from 1: also one that ends the transaction, or begins or ends a savepoint in it.
  void FailAt(std::int64_t n);
  // Whether it has.
  bool failed() const;

  // Whether such a transaction has run a statement that begins so.
  bool HasRun(absl::string_view sql) const;
};

}  // namespace triad::db
