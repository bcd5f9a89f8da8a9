// A server on a free port of this machine, with everything around it.
#pragma once

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/service_type.h>

#include <functional>
#include <memory>
#include <string>

#include "runtime/base/clock.h"
#include "runtime/base/memory_budget.h"
#include "runtime/base/testing/fake_clock.h"
#include "runtime/io/executor.h"
#include "runtime/rpc/admission/admission.h"
#include "runtime/rpc/server/server.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::rpc::testing {

struct TestServerOptions {
  std::string auth_token = {};
  bool auth_reads = false;
  std::size_t threads = 4;
  std::size_t queue = 64;
  int max_message_bytes = 8 * 1024 * 1024;
  MemoryBudget* answers = nullptr;
  validation::Mode validation = validation::Mode::kStandard;
};

// Ends the test's process with a message if it cannot listen.
class TestServer {
 public:
  using Factory = std::function<std::unique_ptr<grpc::Service>(Admission&)>;

  // `make` gives the service, which the server owns.
  explicit TestServer(const Factory& make, const TestServerOptions& options = {});

  std::shared_ptr<grpc::Channel> channel() const { return channel_; }
  std::string address() const;

  // What the admission believes the time is; the real time at first.
  FakeClock clock{Clock::System().Now(), Clock::System().Steady()};
  Metrics metrics{"test"};
  Executor executor;
  Admission admission;
  std::unique_ptr<grpc::Service> service;
  std::unique_ptr<Server> server;

 private:
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace triad::rpc::testing
