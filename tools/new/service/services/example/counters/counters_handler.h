// IncrementCounter.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/example/counters/counter_store.h"
#include "triad/example/v1/example.pb.h"

namespace triad::example {

// Thread-safe. Blocks.
class CountersHandler {
 public:
  explicit CountersHandler(CounterStore& counters) : counters_(counters) {}

  absl::StatusOr<v1::Counter> Increment(rpc::Call& call,
                                        const v1::IncrementCounterRequest& request);

 private:
  CounterStore& counters_;
};

}  // namespace triad::example
