#include "runtime/http/loop_server.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

#include "runtime/base/elapsed.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::http {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

// Clients that left are to be noticed within a second.
constexpr SteadyClock::duration kMaxPeriod = std::chrono::milliseconds(500);
constexpr SteadyClock::duration kDrainPeriod = std::chrono::milliseconds(20);
constexpr SteadyClock::duration kSoon = std::chrono::milliseconds(50);
constexpr SteadyClock::duration kMinPeriod = std::chrono::milliseconds(5);
constexpr SteadyClock::duration kAcceptPause = std::chrono::milliseconds(100);

Pace BodyPace(const ServerOptions& options) {
  double quota =
      static_cast<double>(options.min_rate_bytes) * absl::ToDoubleSeconds(options.stall_timeout);
  return {absl::ToChronoNanoseconds(options.stall_timeout), static_cast<std::size_t>(quota) + 1};
}

}  // namespace

ConnectionCount::ConnectionCount(const ServerOptions& options)
    : limit_(options.max_connections),
      peers_(options.max_connections_per_peer > 0 ? options.max_connections_per_peer
                                                  : PerPeer(options.max_connections)) {
  Metrics* metrics = options.metrics;
  if (metrics == nullptr) return;
  gauge_ = &metrics->Gauge("triad_http_connections", "Open connections.");
  refused_ = &metrics->Counter("triad_http_refused_connections_total",
                               "Connections closed at once because too many were open.");
  refused_of_peer_ =
      &metrics->Counter("triad_http_refused_connections_of_peer_total",
                        "Connections closed at once because their peer had too many.");
  refusals_ = &metrics->Counter("triad_http_refused_requests_total",
                                "Requests that could not be read and reached no handler.");
  no_room_ = &metrics->Counter("triad_http_no_memory_total",
                               "How often memory for a request was asked for, and there was none.");
  ended_ = &metrics->Counter("triad_http_ended_for_memory_total",
                             "Requests ended because they held memory and moved too little.");
  metrics->Gauge("triad_http_connection_limit", "Most connections that may be open.")
      .Set(static_cast<double>(limit_));
}

bool ConnectionCount::TryAdd() {
  MutexLock lock(mutex_);
  if (count_ >= limit_) return false;
  ++count_;
  if (gauge_ != nullptr) gauge_->Increment();
  return true;
}

void ConnectionCount::Remove() {
  MutexLock lock(mutex_);
  if (gauge_ != nullptr) gauge_->Decrement();
  if (--count_ == 0) none_.NotifyAll();
}

bool ConnectionCount::WaitForNone(absl::Duration timeout) {
  Countdown countdown(timeout);
  MutexLock lock(mutex_);
  while (count_ > 0) {
    if (countdown.over()) return false;
    none_.WaitFor(mutex_, countdown.left());
  }
  return true;
}

std::optional<PeerCount::Slot> ConnectionCount::TakeSlot(const std::string& peer_key) {
  std::optional<PeerCount::Slot> slot = peers_.Take(peer_key);
  if (!slot.has_value() && refused_of_peer_ != nullptr) refused_of_peer_->Increment();
  return slot;
}

void ConnectionCount::CountRefused() {
  if (refused_ != nullptr) refused_->Increment();
}

void ConnectionCount::CountNoRoom() {
  if (no_room_ != nullptr) no_room_->Increment();
}

void ConnectionCount::CountEnded() {
  if (ended_ != nullptr) ended_->Increment();
}

void ConnectionCount::CountRefusal() {
  if (refusals_ != nullptr) refusals_->Increment();
}

LoopServer::LoopServer(const ServerOptions& options, ConnectionCount& count,
                       boost::asio::io_context& context, Acceptor acceptor,
                       std::unique_ptr<Handler> handler)
    : options_(options),
      body_pace_(BodyPace(options)),
      count_(count),
      context_(context),
      acceptor_(std::move(acceptor)),
      timer_(context),
      accept_pause_(context),
      handler_(std::move(handler)) {
  Accept();
}

LoopServer::~LoopServer() {
  while (!connections_.empty()) {
    connections_.begin()->second->Fail(absl::UnavailableError("the server is shutting down"));
  }
}

void LoopServer::Accept() {
  acceptor_.async_accept([weak = weak_factory_.Get()](const error_code& error, Socket socket) {
    if (LoopServer* self = weak.get()) self->OnAccept(error, std::move(socket));
  });
}

void LoopServer::OnAccept(const error_code& error, Socket socket) {
  if (!acceptor_.is_open()) return;
  if (error && error != boost::asio::error::connection_aborted) return PauseAccepting(error);
  if (!error) Adopt(std::move(socket));
  Accept();
}

// Out of descriptors or memory: accepting again at once would only spin.
void LoopServer::PauseAccepting(const error_code& reason) {
  log::Warning("cannot accept connections", {{"error", reason.message()}});
  accept_pause_.expires_after(kAcceptPause);
  accept_pause_.async_wait([weak = weak_factory_.Get()](const error_code& error) {
    LoopServer* self = weak.get();
    if (self != nullptr && !error && self->acceptor_.is_open()) self->Accept();
  });
}

void LoopServer::Adopt(Socket socket) {
  error_code error;
  tcp::endpoint remote = socket.remote_endpoint(error);
  if (error) return;  // gone already
  auto slot = count_.TakeSlot(KeyOf(Unmapped(remote.address())));
  if (!slot.has_value()) return;
  if (!count_.TryAdd() && !(MakeRoom() && count_.TryAdd())) return count_.CountRefused();
  socket.non_blocking(true, error);
  if (!error) socket.set_option(tcp::no_delay(true), error);
  if (error) return count_.Remove();
  auto owned =
      std::make_unique<Connection>(*this, std::move(socket), remote.address(), *std::move(slot));
  Connection& connection = *owned;
  connections_.emplace(&connection, std::move(owned));
  ArmTimer();
  connection.Start();
}

bool LoopServer::MakeRoom() {
  return !idle_.empty() && idle_.front().CloseIfIdle(SteadyClock::now());
}

std::string LoopServer::KeyOf(const boost::asio::ip::address& address) const {
  return options_.trusted_proxies.Contains(address) ? "" : PeerKey(address);
}

void LoopServer::Remove(Connection& connection) {
  auto found = connections_.find(&connection);
  closed_.push_back(std::move(found->second));
  boost::asio::post(context_, [weak = weak_factory_.Get()] {
    if (LoopServer* self = weak.get()) self->closed_.clear();
  });
  connections_.erase(found);
  count_.Remove();
}

SteadyClock::duration LoopServer::TimerPeriod() const {
  if (draining_) return kDrainPeriod;
  if (look_soon_) return kSoon;
  absl::Duration shortest =
      std::min({options_.idle_timeout, options_.head_timeout, options_.stall_timeout}) / 8;
  return std::clamp<SteadyClock::duration>(absl::ToChronoNanoseconds(shortest), kMinPeriod,
                                           kMaxPeriod);
}

void LoopServer::ArmTimer() {
  if (timer_armed_ || connections_.empty()) return;
  timer_armed_ = true;
  timer_.expires_after(TimerPeriod());
  timer_.async_wait([weak = weak_factory_.Get()](const error_code&) {
    if (LoopServer* self = weak.get()) self->OnTimer();
  });
}

void LoopServer::OnTimer() {
  timer_armed_ = look_soon_ = false;
  // Checking closes connections, which takes them out of the map.
  std::vector<Connection*> all;
  all.reserve(connections_.size());
  for (const auto& [connection, owned] : connections_) all.push_back(connection);
  SteadyClock::time_point now = SteadyClock::now();
  for (Connection* connection : all) connection->CheckTimeouts(now);
  ArmTimer();
}

void LoopServer::Drain() {
  announce_close_ = true;
  draining_ = true;
  // Connections that the kernel has accepted for us count as accepted.
  error_code error;
  acceptor_.non_blocking(true, error);
  while (!error) {
    Socket socket(context_);
    acceptor_.accept(socket, error);
    if (!error) Adopt(std::move(socket));
  }
  acceptor_.close(error);
  accept_pause_.cancel();
  timer_.cancel();  // its handler arms it again, at the pace of the drain
}

std::size_t LoopServer::busy() const {
  return static_cast<std::size_t>(
      std::count_if(connections_.begin(), connections_.end(),
                    [](const auto& entry) { return entry.second->busy(); }));
}

}  // namespace triad::http
