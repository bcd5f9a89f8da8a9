// Counters.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/example/model/counter.h"

namespace triad::example {

// Thread-safe. Blocks. The database must outlive it.
class CounterStore {
 public:
  explicit CounterStore(db::Database& database) : database_(database) {}

  // The counter after one was added, durable; one that there was not begins with 0.
  absl::StatusOr<Counter> Increment(const std::string& id);

 private:
  db::Database& database_;
};

}  // namespace triad::example
