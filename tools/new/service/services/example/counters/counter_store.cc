#include "services/example/counters/counter_store.h"

#include "runtime/base/status.h"
#include "services/example/rows/counter_rows.h"

namespace triad::example {

absl::StatusOr<Counter> CounterStore::Increment(const std::string& id) {
  return db::Write(database_,
                   [&](db::Session& session) { return CounterRows(session).Increment(id); });
}

}  // namespace triad::example
