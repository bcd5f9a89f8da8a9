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

Room Backend::KindOf(const Open* open) {
  if (open == nullptr) return Room::kNone;
  return open->serving ? Room::kServing : Room::kConnected;
}

// One that has not spoken yet gets calls only if there is no other: it may turn out to
// allow fewer streams than are assumed, or none.
Backend::Open* Backend::WithRoom(bool endless) const {
  Open* last_resort = nullptr;
  for (const auto& open : open_) {
    if (!open->transport->HasRoom(endless)) continue;
    if (open->serving) return open.get();
    if (last_resort == nullptr && (open->proven || open_.size() == 1)) last_resort = open.get();
  }
  return last_resort;
}

Backend::Open* Backend::Find(const Http2Transport& transport) const {
  auto found = std::find_if(open_.begin(), open_.end(),
                            [&](const auto& open) { return open->transport.get() == &transport; });
  return found == open_.end() ? nullptr : found->get();
}

bool Backend::serving() const {
  return std::any_of(open_.begin(), open_.end(), [](const auto& open) { return open->serving; });
}

bool Backend::Submit(Http2Call& call) {
  Open& open = *WithRoom(IsEndless(call));
  if (open.transport->Submit(call).ok()) return true;
  StopUsing(open);
  return false;
}

void Backend::Connect() {
  if (open_.empty() && dialer_ == nullptr && !retry_armed_ && !drained_) Dial();
}

bool Backend::MakeRoom() {
  Connect();
  if (open_.empty()) return promising();
  bool under_way =
      dialer_ != nullptr ||
      std::any_of(open_.begin(), open_.end(), [](const auto& open) { return !open->proven; });
  if (under_way) return true;
  bool paused = growth_pause_.has_value() && !growth_pause_->over();
  if (paused || drained_ || open_.size() >= options_.max_connections) return false;
  Dial();
  return true;
}

void Backend::Dial() {
  absl::Duration timeout = options_.connect_timeout;
  if (down_.has_value()) timeout = std::min(timeout, kRetryTimeout);
  dialer_ = std::make_unique<Dialer>(context_, address_.endpoints, timeout, [this](auto socket) {
    dialer_.reset();
    OnDialed(std::move(socket));
  });
}

void Backend::OnDialed(absl::StatusOr<Dialer::Socket> socket) {
  if (!socket.ok()) return OnConnectFailed(socket.status());
  auto transport = std::make_unique<Http2Transport>(
      *std::move(socket),
      Http2TransportOptions{address_.authority, keepalive_time_, options_.keepalive_timeout,
                            metrics_.connections},
      *this);
  open_.push_back(std::make_unique<Open>(Open{std::move(transport), nullptr}));
  if (open_.size() == 1) observer_.OnBackendConnected();
}

void Backend::OnConnectFailed(const absl::Status& why) {
  if (metrics_.connect_failures != nullptr) metrics_.connect_failures->Increment();
  if (connected()) {
    growth_pause_.emplace(options_.max_backoff);
    return observer_.OnBackendDown();
  }
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
  Open* open = Find(transport);
  if (open == nullptr) return;
  open->proven = true;
  if (down_.has_value()) {
    log::Info("connected again", {{"target", options_.target},
                                  {"address", FormatEndpoint(address_.endpoints.front())}});
  }
  down_.reset();
  backoff_ = kFirstBackoff;
  WatchHealth(*open);
  observer_.OnBackendRoom();
}

// What the other connections know holds for one more until it knows better.
void Backend::WatchHealth(Open& open) {
  if (open.health != nullptr) return;  // SETTINGS may come again
  bool watched = open.transport->has_spare_stream();
  open.serving = !watched || serving();
  if (!watched) return;
  open.health = std::make_unique<HealthWatch>(owner_, *open.transport, [this, &open](bool serving) {
    open.serving = serving;
    observer_.OnBackendRoom();
  });
}

void Backend::OnTransportDraining(Http2Transport& transport, bool too_many_pings) {
  if (too_many_pings) keepalive_time_ = keepalive_time_ * 2;
  const Open* open = Find(transport);
  if (open == nullptr) return;
  StopUsing(*open);
  boost::asio::post(context_, IfAlive(weak_factory_.Get(), &Backend::ConnectAnew));
}

void Backend::OnTransportFailed(Http2Transport& transport, const absl::Status& why) {
  const Open* open = Find(transport);
  if (open == nullptr) {
    draining_.erase(std::find_if(draining_.begin(), draining_.end(),
                                 [&](const auto& held) { return held.get() == &transport; }));
    return TellIfDrained();
  }
  bool proven = open->proven;
  TakeOut(*open);
  // A service that never spoke HTTP/2 counts as a failure to connect: a port that
  // accepts and hangs up would otherwise be tried again without back-off.
  if (!proven) return OnConnectFailed(why);
  ConnectAnew();
}

void Backend::ConnectAnew() {
  Connect();
  observer_.OnBackendLost();
}

std::unique_ptr<Http2Transport> Backend::TakeOut(const Open& open) {
  auto found = std::find_if(open_.begin(), open_.end(),
                            [&](const auto& held) { return held.get() == &open; });
  std::unique_ptr<Open> taken = std::move(*found);
  open_.erase(found);
  taken->health.reset();
  return std::move(taken->transport);
}

void Backend::Drain() {
  drained_ = true;
  dialer_.reset();
  retry_timer_.cancel();
  while (!open_.empty()) {
    open_.front()->transport->Drain();
    StopUsing(*open_.front());
  }
  TellIfDrained();
}

void Backend::TellIfDrained() {
  if (!drained_ || !draining_.empty()) return;
  boost::asio::post(context_, IfAlive(weak_factory_.Get(), &Backend::TellDrained));
}

}  // namespace triad::grpc_client
