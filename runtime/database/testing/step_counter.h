// Counts what SQLite does, for tests of how much work a query is.
#pragma once

#include <cstdint>

namespace triad::db {

// Of the databases that are opened while it is there, in all threads. One at a time.
class StepCounter {
 public:
  StepCounter();
  ~StepCounter();
  StepCounter(const StepCounter&) = delete;
  StepCounter& operator=(const StepCounter&) = delete;

  // Instructions of SQLite's machine so far, of statements that take more than a few.
  std::int64_t steps() const;
};

}  // namespace triad::db
