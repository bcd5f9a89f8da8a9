// Makes TCP connections to a target by name.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace triad::gateway {

// Resolves `target` ("host:port", "[::1]:port"), then tries its addresses in
// order. Destroying the attempt gives it up: `done` does not run any more.
class ConnectAttempt {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Done = std::function<void(absl::StatusOr<Socket>)>;

  // `done` runs once, later, on the context's thread. UNAVAILABLE with the cause.
  ConnectAttempt(boost::asio::io_context& context, const std::string& target,
                 absl::Duration timeout, Done done);
  ~ConnectAttempt();
  ConnectAttempt(const ConnectAttempt&) = delete;
  ConnectAttempt& operator=(const ConnectAttempt&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;  // also held by its asynchronous operations
};

// Cuts "host:port" in two; INVALID_ARGUMENT if it is not that.
absl::StatusOr<std::pair<std::string, std::string>> SplitTarget(const std::string& target);

}  // namespace triad::gateway
