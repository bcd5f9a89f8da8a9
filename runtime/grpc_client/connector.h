// Makes TCP connections.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace triad::gateway {

// Tries endpoints in order. Destroying the attempt gives it up: `done` does not
// run any more.
class ConnectAttempt {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Done = std::function<void(absl::StatusOr<Socket>)>;

  // `done` runs once, later, on the context's thread. UNAVAILABLE with the cause.
  ConnectAttempt(boost::asio::io_context& context,
                 const std::vector<boost::asio::ip::tcp::endpoint>& endpoints,
                 absl::Duration timeout, Done done);
  ~ConnectAttempt();
  ConnectAttempt(const ConnectAttempt&) = delete;
  ConnectAttempt& operator=(const ConnectAttempt&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;  // also held by its asynchronous operations
};

}  // namespace triad::gateway
