#include "gateway/upstream/channel.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gateway/upstream/call.h"
#include "gateway/upstream/connection.h"
#include "gateway/upstream/connector.h"
#include "runtime/io/event_loop.h"
#include "runtime/telemetry/metrics.h"

namespace triad::gateway {
namespace {

using boost::system::error_code;

constexpr absl::Duration kFirstBackoff = absl::Milliseconds(20);
// Where packets vanish, a host that returns is not noticed within an attempt.
constexpr absl::Duration kRetryTimeout = absl::Milliseconds(1500);
// Deadlines are looked at no more often than this.
constexpr absl::Duration kDeadlineGrain = absl::Milliseconds(2);

template <CallImpl::Hook CallImpl::*kHook>
using CallList =
    boost::intrusive::list<CallImpl, boost::intrusive::member_hook<CallImpl, CallImpl::Hook, kHook>,
                           boost::intrusive::constant_time_size<false>>;

struct ChannelMetrics {
  explicit ChannelMetrics(Metrics* metrics, const std::string& target) {
    if (metrics == nullptr) return;
    const Labels labels = {{"target", target}};
    calls = &metrics->Counter("triad_upstream_calls_total", "Calls begun, by target", labels);
    failures = &metrics->Counter("triad_upstream_connect_failures_total",
                                 "Attempts to connect that failed, by target", labels);
    connections =
        &metrics->Gauge("triad_upstream_connections", "Open connections, by target", labels);
  }

  prometheus::Counter* calls = nullptr;
  prometheus::Counter* failures = nullptr;
  prometheus::Gauge* connections = nullptr;
};

//                 ┌─ attempt_ ──▶ current_ ──(lost)──┐
//  first call ──▶ │                 │                │
//                 └─ retry timer ◀──┴─(GOAWAY: draining_, and connect anew)
class ChannelImpl final : public Channel, public CallOwner, public ConnectionObserver {
 public:
  ChannelImpl(EventLoop& loop, const ChannelOptions& options)
      : context_(loop.context()),
        options_(options),
        metrics_(options.metrics, options.target),
        keepalive_time_(options.keepalive_time),
        retry_timer_(context_),
        deadline_timer_(context_) {}

  ~ChannelImpl() override {
    attempt_.reset();
    if (current_ != nullptr) CloseQuietly(*current_);
    for (const auto& connection : draining_) CloseQuietly(*connection);
  }

  std::unique_ptr<Call> Start(CallStart start, CallObserver& observer) override {
    if (metrics_.calls != nullptr) metrics_.calls->Increment();
    auto call =
        std::make_unique<CallImpl>(*this, std::move(start), options_.max_message_bytes, observer);
    all_.push_back(*call);
    WatchDeadline(call->start().deadline);
    Place(*call);
    return call;
  }

  const std::string& target() const override { return options_.target; }

 private:
  // ---- where calls go ----

  void Place(CallImpl& call) {
    if (current_ != nullptr) {
      absl::Status status = current_->Submit(call);
      if (status.ok()) return;
      StopUsing(*current_);
    }
    Connect();
    // Known to be down: whoever asks is told at once.
    if (down_.has_value()) return call.Fail(*down_);
    waiting_.push_back(call);
  }

  void OnNotProcessed(CallImpl& call) override {
    if (!call.replayable()) {
      return call.Fail(
          absl::UnavailableError(absl::StrCat(options_.target, " refuses calls again and again")));
    }
    // Not from here: this may be inside the session that gave the call back.
    waiting_.push_back(call);
    Later([this] { PlaceWaiting(); });
  }

  void PlaceWaiting() {
    if (current_ == nullptr) return Connect();
    CallList<&CallImpl::place_hook> calls;
    calls.swap(waiting_);
    while (!calls.empty()) {
      CallImpl& call = calls.front();
      call.place_hook.unlink();
      Place(call);
    }
  }

  // ---- connecting ----

  void Connect() {
    if (current_ != nullptr || attempt_ != nullptr || retry_armed_) return;
    absl::Duration timeout = options_.connect_timeout;
    if (down_.has_value()) timeout = std::min(timeout, kRetryTimeout);
    attempt_ = std::make_unique<ConnectAttempt>(
        context_, options_.target, timeout, [this](absl::StatusOr<ConnectAttempt::Socket> socket) {
          // The attempt is what is calling.
          std::unique_ptr<ConnectAttempt> ended = std::move(attempt_);
          if (!socket.ok()) return OnConnectFailed(socket.status());
          Adopt(*std::move(socket));
        });
  }

  void Adopt(ConnectAttempt::Socket socket) {
    current_ = std::make_shared<Connection>(
        std::move(socket),
        ConnectionOptions{options_.target, keepalive_time_, options_.keepalive_timeout}, *this);
    proven_ = false;
    if (metrics_.connections != nullptr) metrics_.connections->Increment();
    current_->Begin();
    PlaceWaiting();
  }

  void OnConnectFailed(const absl::Status& why) {
    if (metrics_.failures != nullptr) metrics_.failures->Increment();
    down_ = absl::UnavailableError(
        absl::StrCat("no connection to ", options_.target, ": ", why.message()));
    while (!waiting_.empty()) waiting_.front().Fail(*down_);
    retry_armed_ = true;
    retry_timer_.expires_after(absl::ToChronoMilliseconds(backoff_));
    retry_timer_.async_wait([this, alive = std::weak_ptr<char>(alive_)](error_code error) {
      if (error || alive.expired()) return;
      retry_armed_ = false;
      Connect();
    });
    backoff_ = std::min(backoff_ * 2, options_.max_backoff);
  }

  // ---- what connections tell ----

  void OnConnectionReady(Connection& connection) override {
    if (&connection != current_.get()) return;
    proven_ = true;
    down_.reset();
    backoff_ = kFirstBackoff;
  }

  void OnConnectionDraining(Connection& connection, bool too_many_pings) override {
    if (too_many_pings) keepalive_time_ = keepalive_time_ * 2;
    StopUsing(connection);
    Later([this] { Connect(); });
  }

  void OnConnectionClosed(Connection& connection, const absl::Status& why) override {
    if (metrics_.connections != nullptr) metrics_.connections->Decrement();
    bool was_current = &connection == current_.get();
    if (was_current) {
      current_.reset();
    } else {
      draining_.erase(std::find_if(draining_.begin(), draining_.end(),
                                   [&](const auto& held) { return held.get() == &connection; }));
    }
    if (!was_current) return;
    // One that never spoke HTTP/2 is a failure to connect: without back-off, a
    // port that accepts and hangs up would keep us spinning.
    if (!proven_) return OnConnectFailed(why);
    Connect();
  }

  void StopUsing(Connection& connection) {
    if (&connection != current_.get()) return;
    draining_.push_back(std::move(current_));
    current_.reset();
  }

  void CloseQuietly(Connection& connection) {
    if (metrics_.connections != nullptr) metrics_.connections->Decrement();
    connection.Close();
  }

  // ---- callbacks and deadlines ----

  void DeliverSoon(CallImpl& call) override {
    if (call.ready_hook.is_linked()) return;
    ready_.push_back(call);
    if (std::exchange(deliver_posted_, true)) return;
    Later([this] { DeliverReady(); });
  }

  void DeliverReady() {
    deliver_posted_ = false;
    CallList<&CallImpl::ready_hook> ready;
    ready.swap(ready_);
    while (!ready.empty()) {
      CallImpl& call = ready.front();
      call.ready_hook.unlink();
      call.Deliver();
    }
  }

  void WatchDeadline(absl::Time deadline) {
    if (deadline >= next_deadline_) return;
    next_deadline_ = deadline;
    absl::Duration wait = std::max(deadline - absl::Now(), kDeadlineGrain);
    deadline_timer_.expires_after(absl::ToChronoNanoseconds(wait));
    deadline_timer_.async_wait([this, alive = std::weak_ptr<char>(alive_)](error_code error) {
      if (!error && !alive.expired()) OnDeadline();
    });
  }

  // Looks at every call, but only when the earliest deadline known has come:
  // cheaper per call than keeping them sorted.
  void OnDeadline() {
    next_deadline_ = absl::InfiniteFuture();
    absl::Time now = absl::Now();
    absl::Time next = absl::InfiniteFuture();
    for (CallImpl& call : all_) {
      absl::Time deadline = call.start().deadline;
      if (deadline > now) {
        next = std::min(next, deadline);
      } else {
        call.Fail(absl::DeadlineExceededError(
            absl::StrCat("no answer from ", options_.target, " within the deadline")));
      }
    }
    WatchDeadline(next);
  }

  template <typename Action>
  void Later(Action action) {
    boost::asio::post(context_, [action, alive = std::weak_ptr<char>(alive_)] {
      if (!alive.expired()) action();
    });
  }

  boost::asio::io_context& context_;
  const ChannelOptions options_;
  const ChannelMetrics metrics_;
  absl::Duration keepalive_time_;

  // Handlers that run after the channel's end see that it is gone.
  std::shared_ptr<char> alive_ = std::make_shared<char>();
  boost::asio::steady_timer retry_timer_;
  boost::asio::steady_timer deadline_timer_;
  absl::Time next_deadline_ = absl::InfiniteFuture();

  std::unique_ptr<ConnectAttempt> attempt_;
  std::shared_ptr<Connection> current_;
  std::vector<std::shared_ptr<Connection>> draining_;
  bool proven_ = false;       // current_ has spoken HTTP/2
  bool retry_armed_ = false;  // waiting to try again
  absl::Duration backoff_ = kFirstBackoff;
  std::optional<absl::Status> down_;  // why, while the last attempt failed

  CallList<&CallImpl::all_hook> all_;
  CallList<&CallImpl::place_hook> waiting_;
  CallList<&CallImpl::ready_hook> ready_;
  bool deliver_posted_ = false;
};

}  // namespace

std::unique_ptr<Channel> Channel::Create(EventLoop& loop, const ChannelOptions& options) {
  return std::make_unique<ChannelImpl>(loop, options);
}

}  // namespace triad::gateway
