// Test helper: a name server that says what a test tells it to.
#pragma once

#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/base/mutex.h"
#include "runtime/grpc_client/addresses.h"

namespace triad::grpc_client {

// Every name has the same addresses. Thread-safe; answers on the loop that asks.
class FakeResolver final : public NameResolver {
 public:
  explicit FakeResolver(boost::asio::io_context& context) : context_(context) {}

  // What it answers from now on: addresses without ports, or an error.
  void Set(absl::StatusOr<std::vector<std::string>> addresses);
  int questions();

  void Resolve(const std::string& host, const std::string& port, Done done) override;

 private:
  boost::asio::io_context& context_;
  Mutex mutex_;
  absl::StatusOr<std::vector<std::string>> addresses_ ABSL_GUARDED_BY(mutex_) =
      absl::UnavailableError("Host not found");
  int questions_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace triad::grpc_client
