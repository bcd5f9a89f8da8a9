// triad.example.v1.ExampleService.
#pragma once

#include "runtime/rpc/bound_service.h"
#include "services/example/counters/counters_handler.h"

namespace triad::example {

class ExampleService final : public rpc::BoundService {
 public:
  // Both must outlive the server.
  ExampleService(rpc::Admission& admission, CounterStore& counters);

 private:
  CountersHandler counters_;
};

}  // namespace triad::example
