// A service for every message type that the runner asks about, in front of which a gateway stands.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>

#include "runtime/base/mutex.h"

namespace triad::conformance {

inline constexpr char kService[] = "triad.conformance.Echo";

// The descriptor set `bytes` with that service: a method for each message whose name begins with
// "TestAll", which takes it and gives it back, by POST of "/full.name". Ends the process if it is
// no descriptor set.
std::string WithEchoService(const std::string& bytes);

// Its server, on a free port. Thread-safe.
class EchoServer {
 public:
  EchoServer();
  ~EchoServer();

  std::string address() const;
  // What the next calls are answered with, whatever they ask; without it, what they ask.
  void Give(std::optional<std::string> wire);
  // What the last call asked.
  std::string taken() const;

 private:
  class Service;
  class Exchange;

  // The answer to `request`.
  std::string Answer(std::string request);

  mutable Mutex mutex_;
  std::optional<std::string> given_ ABSL_GUARDED_BY(mutex_);
  std::string taken_ ABSL_GUARDED_BY(mutex_);
  int port_ = 0;
  const std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace triad::conformance
