#include "services/example/rows/counter_rows.h"

#include <vector>

#include "runtime/base/status.h"

namespace triad::example {

absl::StatusOr<Counter> CounterRows::Increment(const std::string& id) {
  TRIAD_ASSIGN_OR_RETURN(
      std::vector<db::KeptRow> rows,
      session_.Query("INSERT INTO counters (id, value) VALUES ($1, 1) "
                     "ON CONFLICT (id) DO UPDATE SET value = counters.value + 1 RETURNING value",
                     {id}));
  return Counter{id, rows.at(0).Int(0)};
}

}  // namespace triad::example
