#include "runtime/grpc_client/backend.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/grpc_client/if_alive.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::grpc_client {
namespace {

constexpr absl::Duration kFirstBackoff = absl::Milliseconds(20);
// Of an attempt after one that failed. Where packets are dropped, an attempt ends
// by its timeout only: a short one notices sooner that the host is back.
constexpr absl::Duration kRetryTimeout = absl::Milliseconds(1500);

std::string FormatEndpoint(const Endpoint& endpoint) {
  std::ostringstream text;
  text << endpoint;
  return text.str();
}

}  // namespace

Backend::Backend(boost::asio::io_context& context, Address address, const ChannelOptions& options,
                 const ChannelMetrics& metrics, CallOwner& owner, BackendObserver& observer)
    : context_(context),
      address_(std::move(address)),
      options_(options),
      metrics_(metrics),
      owner_(owner),
      observer_(observer),
      keepalive_time_(options.keepalive_time),
      retry_timer_(context),
      backoff_(kFirstBackoff) {}

bool Backend::Submit(Http2Call& call) {
  if (current_->Submit(call).ok()) return true;
  StopUsingCurrent();
  return false;
}

void Backend::Connect() {
  if (current_ != nullptr || dialer_ != nullptr || retry_armed_ || drained_) return;
  absl::Duration timeout = options_.connect_timeout;
  if (down_.has_value()) timeout = std::min(timeout, kRetryTimeout);
  dialer_ = std::make_unique<Dialer>(context_, address_.endpoints, timeout, [this](auto socket) {
    dialer_.reset();
    OnDialed(std::move(socket));
  });
}

void Backend::OnDialed(absl::StatusOr<Dialer::Socket> socket) {
  if (!socket.ok()) return OnConnectFailed(socket.status());
  current_ = std::make_unique<Http2Transport>(
      *std::move(socket),
      Http2TransportOptions{address_.authority, keepalive_time_, options_.keepalive_timeout,
                            metrics_.connections},
      *this);
  proven_ = serving_ = false;
  observer_.OnBackendConnected();
}

void Backend::OnConnectFailed(const absl::Status& why) {
  if (metrics_.connect_failures != nullptr) metrics_.connect_failures->Increment();
  if (!down_.has_value()) {
    log::Warning(
        "cannot connect",
        {{"target", options_.target}, {"address", address_.authority}, {"error", why.message()}});
  }
  down_ = absl::UnavailableError(absl::StrCat("no connection: ", why.message()));
  retry_armed_ = true;
  retry_timer_.expires_after(absl::ToChronoMilliseconds(backoff_));
  retry_timer_.async_wait(IfAlive(weak_factory_.Get(), &Backend::OnBackoffOver));
  backoff_ = std::min(backoff_ * 2, options_.max_backoff);
  observer_.OnBackendDown();
}

void Backend::OnBackoffOver() {
  retry_armed_ = false;
  Connect();
}

void Backend::OnTransportReady(Http2Transport& transport) {
  if (&transport != current_.get()) return;
  proven_ = true;
  if (down_.has_value()) {
    log::Info("connected again", {{"target", options_.target},
                                  {"address", FormatEndpoint(address_.endpoints.front())}});
  }
  down_.reset();
  backoff_ = kFirstBackoff;
  WatchHealth();
}

void Backend::WatchHealth() {
  if (health_ != nullptr) return;  // SETTINGS may come again
  serving_ = !current_->has_spare_stream();
  if (serving_) return;
  health_ = std::make_unique<HealthWatch>(owner_, *current_,
                                          [this](bool serving) { serving_ = serving; });
}

void Backend::OnTransportDraining(Http2Transport& transport, bool too_many_pings) {
  if (too_many_pings) keepalive_time_ = keepalive_time_ * 2;
  if (&transport != current_.get()) return;
  StopUsingCurrent();
  boost::asio::post(context_, IfAlive(weak_factory_.Get(), &Backend::ConnectAnew));
}

void Backend::OnTransportFailed(Http2Transport& transport, const absl::Status& why) {
  if (&transport != current_.get()) {
    draining_.erase(std::find_if(draining_.begin(), draining_.end(),
                                 [&](const auto& held) { return held.get() == &transport; }));
    return TellIfDrained();
  }
  health_.reset();
  current_.reset();
  // A service that never spoke HTTP/2 counts as a failure to connect: a port that
  // accepts and hangs up would otherwise be tried again without back-off.
  if (!proven_) return OnConnectFailed(why);
  ConnectAnew();
}

void Backend::ConnectAnew() {
  Connect();
  observer_.OnBackendLost();
}

void Backend::StopUsingCurrent() {
  health_.reset();
  draining_.push_back(std::move(current_));
}

void Backend::Drain() {
  drained_ = true;
  dialer_.reset();
  retry_timer_.cancel();
  if (current_ != nullptr) {
    current_->Drain();
    StopUsingCurrent();
  }
  TellIfDrained();
}

void Backend::TellIfDrained() {
  if (!drained_ || !draining_.empty()) return;
  boost::asio::post(context_, IfAlive(weak_factory_.Get(), &Backend::TellDrained));
}

}  // namespace triad::grpc_client
