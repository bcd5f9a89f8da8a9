#include "services/example/service.h"

namespace triad::example {

ExampleService::ExampleService(rpc::Admission& admission, CounterStore& counters)
    : BoundService(admission, "triad.example.v1.ExampleService"), counters_(counters) {
  Unary("IncrementCounter", &counters_, &CountersHandler::Increment);
}

}  // namespace triad::example
