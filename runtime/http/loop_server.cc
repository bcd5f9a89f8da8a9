#include "runtime/http/loop_server.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/telemetry/logs/log.h"

namespace triad::http {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

// Clients that left are to be noticed within a second.
constexpr SteadyClock::duration kLongestPeriod = std::chrono::milliseconds(500);
constexpr SteadyClock::duration kDrainPeriod = std::chrono::milliseconds(20);
constexpr SteadyClock::duration kShortestPeriod = std::chrono::milliseconds(5);
constexpr SteadyClock::duration kAcceptPause = std::chrono::milliseconds(100);

prometheus::Gauge* GaugeOf(Metrics* metrics) {
  if (metrics == nullptr) return nullptr;
  return &metrics->Gauge("triad_http_connections", "Open connections.");
}

prometheus::Counter* RefusedOf(Metrics* metrics) {
  if (metrics == nullptr) return nullptr;
  return &metrics->Counter("triad_http_refused_connections_total",
                           "Connections closed at once because too many were open.");
}

prometheus::Counter* RefusalsOf(Metrics* metrics) {
  if (metrics == nullptr) return nullptr;
  return &metrics->Counter("triad_http_refused_requests_total",
                           "Requests that could not be read and reached no handler.");
}

}  // namespace

ConnectionCount::ConnectionCount(std::size_t limit, Metrics* metrics)
    : limit_(limit),
      gauge_(GaugeOf(metrics)),
      refused_(RefusedOf(metrics)),
      refusals_(RefusalsOf(metrics)) {
  if (metrics == nullptr) return;
  metrics->Gauge("triad_http_connection_limit", "Most connections that may be open.")
      .Set(static_cast<double>(limit));
}

bool ConnectionCount::TryAdd() {
  MutexLock lock(mutex_);
  if (count_ >= limit_) {
    if (refused_ != nullptr) refused_->Increment();
    return false;
  }
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
  const absl::Time deadline = absl::Now() + timeout;
  MutexLock lock(mutex_);
  while (count_ > 0) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) return false;
    none_.WaitFor(mutex_, left);
  }
  return true;
}

void ConnectionCount::CountRefusal() {
  if (refusals_ != nullptr) refusals_->Increment();
}

LoopServer::LoopServer(const ServerOptions& options, std::shared_ptr<ConnectionCount> count,
                       boost::asio::io_context& context, Acceptor acceptor)
    : options_(options),
      count_(std::move(count)),
      context_(context),
      acceptor_(std::move(acceptor)),
      timer_(context),
      accept_pause_(context) {}

void LoopServer::Start(std::unique_ptr<Handler> handler) {
  handler_ = std::move(handler);
  Accept();
}

void LoopServer::Accept() {
  acceptor_.async_accept([self = shared_from_this()](const error_code& error, Socket socket) {
    if (!self->acceptor_.is_open()) return;
    if (error && error != boost::asio::error::connection_aborted) {
      return self->PauseAccepting(error);
    }
    if (!error) self->Adopt(std::move(socket));
    self->Accept();
  });
}

// Out of descriptors or memory: accepting again at once would only spin.
void LoopServer::PauseAccepting(const error_code& reason) {
  log::Warning("cannot accept connections", {{"error", reason.message()}});
  accept_pause_.expires_after(kAcceptPause);
  accept_pause_.async_wait([self = shared_from_this()](const error_code& error) {
    if (!error && self->acceptor_.is_open()) self->Accept();
  });
}

void LoopServer::Adopt(Socket socket) {
  error_code error;
  const tcp::endpoint remote = socket.remote_endpoint(error);
  if (error || !count_->TryAdd()) return;  // gone already, or one too many
  socket.non_blocking(true, error);
  if (!error) socket.set_option(tcp::no_delay(true), error);
  if (error) return count_->Remove();
  auto connection = std::make_shared<Connection>(shared_from_this(), std::move(socket),
                                                 remote.address().to_string());
  connections_.emplace(connection.get(), connection);
  ArmTimer();
  connection->Start();
}

void LoopServer::Remove(Connection& connection) {
  if (connections_.erase(&connection) > 0) count_->Remove();
}

SteadyClock::duration LoopServer::TimerPeriod() const {
  if (draining_) return kDrainPeriod;
  const absl::Duration shortest =
      std::min({options_.idle_timeout, options_.head_timeout, options_.stall_timeout}) / 8;
  return std::clamp<SteadyClock::duration>(absl::ToChronoNanoseconds(shortest), kShortestPeriod,
                                           kLongestPeriod);
}

void LoopServer::ArmTimer() {
  if (timer_armed_ || connections_.empty()) return;
  timer_armed_ = true;
  timer_.expires_after(TimerPeriod());
  timer_.async_wait([self = shared_from_this()](const error_code&) {
    self->timer_armed_ = false;
    self->OnTimer();
  });
}

void LoopServer::OnTimer() {
  // Checking closes connections, which takes them out of the map.
  std::vector<std::shared_ptr<Connection>> all;
  all.reserve(connections_.size());
  for (const auto& [key, connection] : connections_) all.push_back(connection);
  const SteadyClock::time_point now = SteadyClock::now();
  for (const auto& connection : all) connection->CheckTimeouts(now);
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

void LoopServer::Shutdown() {
  error_code ignored;
  acceptor_.close(ignored);
  accept_pause_.cancel();
  auto connections = std::move(connections_);
  connections_.clear();
  for (const auto& [key, connection] : connections) {
    connection->Close(absl::UnavailableError("the server is shutting down"));
    count_->Remove();
  }
  timer_.cancel();
  handler_.reset();
}

std::size_t LoopServer::busy() const {
  return static_cast<std::size_t>(
      std::count_if(connections_.begin(), connections_.end(),
                    [](const auto& entry) { return entry.second->busy(); }));
}

}  // namespace triad::http
