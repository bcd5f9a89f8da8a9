#include "runtime/grpc_client/dialer.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

namespace triad::grpc_client {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

}  // namespace

struct Dialer::State : std::enable_shared_from_this<State> {
  State(boost::asio::io_context& context, const std::vector<tcp::endpoint>& endpoints, Done done)
      : endpoints(endpoints), socket(context), timer(context), done(std::move(done)) {}

  void Begin(absl::Duration timeout) {
    timer.expires_after(absl::ToChronoMilliseconds(timeout));
    timer.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->End(absl::UnavailableError("connecting took too long"));
    });
    boost::asio::async_connect(socket, endpoints,
                               [self = shared_from_this()](error_code error, const tcp::endpoint&) {
                                 if (error)
                                   return self->End(absl::UnavailableError(error.message()));
                                 self->End(std::move(self->socket));
                               });
  }

  void End(absl::StatusOr<Socket> result) {
    if (!done) return;
    Done tell = std::exchange(done, nullptr);
    Stop();
    tell(std::move(result));
  }

  void Stop() {
    done = nullptr;
    error_code ignored;
    timer.cancel(ignored);
    socket.close(ignored);
  }

  const std::vector<tcp::endpoint> endpoints;
  tcp::socket socket;
  boost::asio::steady_timer timer;
  Done done;
};

Dialer::Dialer(boost::asio::io_context& context, const std::vector<tcp::endpoint>& endpoints,
               absl::Duration timeout, Done done)
    : state_(std::make_shared<State>(context, endpoints, std::move(done))) {
  state_->Begin(timeout);
}

Dialer::~Dialer() { state_->Stop(); }

}  // namespace triad::grpc_client
