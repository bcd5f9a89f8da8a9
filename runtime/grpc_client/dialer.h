// Makes TCP connections.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace triad::grpc_client {

// Tries endpoints in order. Destroying the attempt gives it up: `done` does not
// run any more.
class Dialer {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Done = std::function<void(absl::StatusOr<Socket>)>;

  // `done` runs once, later, on the context's thread. UNAVAILABLE with the cause.
  Dialer(boost::asio::io_context& context,
         const std::vector<boost::asio::ip::tcp::endpoint>& endpoints, absl::Duration timeout,
         Done done);
  ~Dialer();
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;  // also held by its asynchronous operations
};

}  // namespace triad::grpc_client
