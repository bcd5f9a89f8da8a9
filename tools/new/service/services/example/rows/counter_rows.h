// The table `counters`.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/example/model/counter.h"

namespace triad::example {

// Works inside one transaction. Errors are those of db::Session.
class CounterRows {
 public:
  explicit CounterRows(db::Session& session) : session_(session) {}

  // The counter after one was added; it is made if there is none.
  absl::StatusOr<Counter> Increment(const std::string& id);

 private:
  db::Session& session_;
};

}  // namespace triad::example
