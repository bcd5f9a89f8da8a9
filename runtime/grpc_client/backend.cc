#include "runtime/grpc_client/backend.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::grpc_client {
namespace {

using boost::system::error_code;

constexpr absl::Duration kFirstBackoff = absl::Milliseconds(20);
// Where packets vanish, a host that returns is not noticed within an attempt.
constexpr absl::Duration kRetryTimeout = absl::Milliseconds(1500);

std::string Text(const Endpoint& endpoint) {
  std::ostringstream text;
  text << endpoint;
  return text.str();
}

}  // namespace

Backend::Backend(boost::asio::io_context& context, Address address, const BackendOptions& options,
                 CallOwner& owner, BackendObserver& observer)
    : context_(context),
      address_(std::move(address)),
      options_(options),
      owner_(owner),
      observer_(observer),
      keepalive_time_(options.keepalive_time),
      retry_timer_(context),
      backoff_(kFirstBackoff) {}

Backend::~Backend() {
  attempt_.reset();
  health_.reset();
  if (current_ != nullptr) CloseQuietly(*current_);
  for (const auto& transport : draining_) CloseQuietly(*transport);
}

bool Backend::Submit(Http2Call& call) {
  if (current_->Submit(call).ok()) return true;
  StopUsing(*current_);
  return false;
}

// ---- connecting ----

void Backend::Connect() {
  if (current_ != nullptr || attempt_ != nullptr || retry_armed_ || retired_) return;
  absl::Duration timeout = options_.connect_timeout;
  if (down_.has_value()) timeout = std::min(timeout, kRetryTimeout);
  attempt_ = std::make_unique<Dialer>(context_, address_.endpoints, timeout,
                                      [this](absl::StatusOr<Dialer::Socket> socket) {
                                        // The attempt is what is calling.
                                        std::unique_ptr<Dialer> ended = std::move(attempt_);
                                        if (!socket.ok()) return OnConnectFailed(socket.status());
                                        Adopt(*std::move(socket));
                                      });
}

void Backend::Adopt(Dialer::Socket socket) {
  current_ = std::make_shared<Http2Transport>(
      std::move(socket),
      Http2TransportOptions{address_.authority, keepalive_time_, options_.keepalive_timeout},
      *this);
  proven_ = serving_ = false;
  CountConnection(1);
  current_->Begin();
  observer_.OnBackendConnected(*this);
}

void Backend::OnConnectFailed(const absl::Status& why) {
  if (options_.connect_failures != nullptr) options_.connect_failures->Increment();
  if (!down_.has_value()) {
    log::Warning(
        "cannot connect",
        {{"target", options_.target}, {"address", address_.authority}, {"error", why.message()}});
  }
  down_ = absl::UnavailableError(absl::StrCat("no connection: ", why.message()));
  retry_armed_ = true;
  retry_timer_.expires_after(absl::ToChronoMilliseconds(backoff_));
  retry_timer_.async_wait([this, alive = std::weak_ptr<char>(alive_)](error_code error) {
    if (error || alive.expired()) return;
    retry_armed_ = false;
    Connect();
  });
  backoff_ = std::min(backoff_ * 2, options_.max_backoff);
  observer_.OnBackendDown(*this);
}

// ---- what connections tell ----

void Backend::OnTransportReady(Http2Transport& transport) {
  if (&transport != current_.get()) return;
  proven_ = true;
  if (down_.has_value()) {
    log::Info("connected again",
              {{"target", options_.target}, {"address", Text(address_.endpoints.front())}});
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
  StopUsing(transport);
  boost::asio::post(context_, [this, alive = std::weak_ptr<char>(alive_)] {
    if (alive.expired()) return;
    Connect();
    observer_.OnBackendLost(*this);
  });
}

void Backend::OnTransportClosed(Http2Transport& transport, const absl::Status& why) {
  CountConnection(-1);
  if (&transport != current_.get()) {
    draining_.erase(std::find_if(draining_.begin(), draining_.end(),
                                 [&](const auto& held) { return held.get() == &transport; }));
    return TellRetired();
  }
  health_.reset();
  current_.reset();
  // One that never spoke HTTP/2 is a failure to connect: without back-off, a
  // port that accepts and hangs up would keep us spinning.
  if (!proven_) return OnConnectFailed(why);
  Connect();
  observer_.OnBackendLost(*this);
}

void Backend::OnNotProcessed(Http2Call& call) {
  if (health_ == nullptr || !health_->Is(call)) return observer_.OnNotProcessed(*this, call);
  serving_ = true;  // nothing is known against it
}

void Backend::StopUsing(Http2Transport& transport) {
  if (&transport != current_.get()) return;
  health_.reset();
  draining_.push_back(std::move(current_));
  current_.reset();
}

// ---- the end ----

void Backend::Retire() {
  retired_ = true;
  attempt_.reset();
  retry_timer_.cancel();
  if (current_ != nullptr) {
    current_->Drain();
    StopUsing(*current_);
  }
  TellRetired();
}

void Backend::TellRetired() {
  if (!retired_ || !draining_.empty()) return;
  boost::asio::post(context_, [this, alive = std::weak_ptr<char>(alive_)] {
    if (!alive.expired()) observer_.OnBackendRetired(*this);
  });
}

void Backend::CloseQuietly(Http2Transport& transport) {
  CountConnection(-1);
  transport.Close();
}

void Backend::CountConnection(int change) {
  if (options_.connections != nullptr) options_.connections->Increment(change);
}

}  // namespace triad::grpc_client
