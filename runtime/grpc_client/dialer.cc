#include "runtime/grpc_client/dialer.h"

#include <utility>

#include "runtime/grpc_client/if_alive.h"

namespace triad::grpc_client {

using boost::system::error_code;

Dialer::Dialer(boost::asio::io_context& context,
               std::vector<boost::asio::ip::tcp::endpoint> endpoints, absl::Duration timeout,
               Done done)
    : endpoints_(std::move(endpoints)), socket_(context), timer_(context), done_(std::move(done)) {
  timer_.expires_after(absl::ToChronoMilliseconds(timeout));
  timer_.async_wait(IfAlive(weak_factory_.Get(), &Dialer::OnTimeout));
  TryNext();
}

// One endpoint at a time: boost::asio::async_connect would keep a reference to the
// socket, which must not outlive this.
void Dialer::TryNext() {
  socket_.async_connect(endpoints_[next_++], [weak = weak_factory_.Get()](error_code error) {
    if (Dialer* self = weak.get()) self->OnTried(error);
  });
}

void Dialer::OnTried(error_code error) {
  if (done_ == nullptr) return;
  if (!error) return Finish(std::move(socket_));
  if (next_ == endpoints_.size()) return Finish(absl::UnavailableError(error.message()));
  error_code ignored;
  socket_.close(ignored);
  TryNext();
}

void Dialer::OnTimeout() {
  if (done_ != nullptr) Finish(absl::UnavailableError("connecting took too long"));
}

void Dialer::Finish(absl::StatusOr<Socket> result) {
  Done done = std::exchange(done_, nullptr);
  done(std::move(result));
}

}  // namespace triad::grpc_client
