// Makes TCP connections.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/io/weak_ptr.h"

namespace triad::grpc_client {

// Makes one connection: tries endpoints in order. Destroying it gives up, and
// `done` does not run any more.
class Dialer {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Done = std::function<void(absl::StatusOr<Socket>)>;

  // `done` runs once, later, on the context's thread, and may destroy the dialer.
  // UNAVAILABLE with the cause.
  Dialer(boost::asio::io_context& context, std::vector<boost::asio::ip::tcp::endpoint> endpoints,
         absl::Duration timeout, Done done);
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;

 private:
  void TryNext();
  void OnTried(boost::system::error_code error);
  void OnTimeout();
  void Finish(absl::StatusOr<Socket> result);

  const std::vector<boost::asio::ip::tcp::endpoint> endpoints_;
  std::size_t next_ = 0;
  Socket socket_;
  boost::asio::steady_timer timer_;
  Done done_;  // null once it ran
  WeakPtrFactory<Dialer> weak_factory_{this};
};

}  // namespace triad::grpc_client
