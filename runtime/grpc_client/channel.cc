#include "runtime/grpc_client/channel.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/grpc_client/addresses.h"
#include "runtime/grpc_client/backend.h"
#include "runtime/grpc_client/http2/http2_call.h"
#include "runtime/grpc_client/if_alive.h"
#include "runtime/io/event_loop.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::grpc_client {
namespace {

using Clock = std::chrono::steady_clock;

// Deadlines are looked at no more often than this.
constexpr Clock::duration kDeadlineGrain = std::chrono::milliseconds(2);

template <Http2Call::Hook Http2Call::*kHook>
using CallList =
    boost::intrusive::list<Http2Call,
                           boost::intrusive::member_hook<Http2Call, Http2Call::Hook, kHook>,
                           boost::intrusive::constant_time_size<false>>;

ChannelMetrics MetricsOf(const ChannelOptions& options) {
  if (options.metrics == nullptr) return {};
  Labels labels = {{"target", options.target}};
  return {
      &options.metrics->Counter("triad_upstream_calls_total", "Calls begun, by target", labels),
      &options.metrics->Counter("triad_upstream_connect_failures_total",
                                "Attempts to connect that failed, by target", labels),
      &options.metrics->Gauge("triad_upstream_connections", "Open connections, by target", labels)};
}

//            ┌─▶ Backend to address 1
//   call ──▶ ├─▶ Backend to address 2     backends_, in turn; Addresses says which
//            └─▶ …
//        waiting_: while an address may still connect, or every stream is taken
class Http2Channel final : public Channel, public CallOwner, public BackendObserver {
 public:
  Http2Channel(EventLoop& loop, const ChannelOptions& options)
      : context_(loop.context()),
        options_(options),
        metrics_(MetricsOf(options)),
        system_resolver_(options.resolver == nullptr ? MakeSystemResolver(context_) : nullptr),
        addresses_(context_, options.target,
                   system_resolver_ ? *system_resolver_ : *options.resolver,
                   options.connect_timeout,
                   [this](const std::vector<Address>& known, const absl::Status& problem) {
                     OnAddresses(known, problem);
                   }),
        resolve_timer_(context_),
        deadline_timer_(context_) {}

  std::unique_ptr<ClientCall> Start(CallStart start, CallObserver& observer) override {
    if (metrics_.calls != nullptr) metrics_.calls->Increment();
    auto call =
        std::make_unique<Http2Call>(*this, std::move(start), options_.max_message_bytes, observer);
    all_.push_back(*call);
    WatchDeadline(call->deadline());
    if (!std::exchange(began_, true)) addresses_.LookUp();
    Place(*call);
    return call;
  }

  const std::string& target() const override { return options_.target; }

 private:
  using Backends = std::vector<std::unique_ptr<Backend>>;

  // Sends the call, or has it wait, or fails it.
  void Place(Http2Call& call) {
    while (Backend* backend = Pick(call)) {
      if (!backend->Submit(call)) continue;
      call.sent_to = backend;
      return;
    }
    if (!MakeRoom(call)) return call.Fail(Down());
    if (IsFull()) return call.Fail(absl::UnavailableError("too many calls wait for it"));
    ++waiting_at_most_;
    waiting_.push_back(call);
  }

  // The next one in turn; one that the call comes back from only if there is no other,
  // and one that is not known to serve only if none is, full or not.
  Backend* Pick(const Http2Call& call) {
    Backend* last_resort = nullptr;
    Room has_last = Room::kNone;
    bool any_serves = false;
    for (std::size_t i = 0; i < backends_.size(); ++i) {
      Backend* backend = backends_[next_++ % backends_.size()].get();
      Room room = backend->RoomFor(call);
      any_serves = any_serves || backend->serving();
      if (room == Room::kServing && backend != call.sent_to) return backend;
      if (room > has_last) {
        last_resort = backend;
        has_last = room;
      }
    }
    return any_serves && has_last == Room::kConnected ? nullptr : last_resort;
  }

  // Whether a call that found no room may soon have some.
  bool MakeRoom(const Http2Call& call) {
    bool soon = !looked_up_;
    for (const auto& backend : backends_) {
      bool under_way = backend->MakeRoom();
      soon = soon || under_way || (backend->connected() && !IsEndless(call));
    }
    return soon;
  }

  // Calls that are cancelled leave without a word, so those that wait are counted only
  // when it matters.
  bool IsFull() {
    if (waiting_at_most_ >= options_.max_waiting_calls) waiting_at_most_ = waiting_.size();
    return waiting_at_most_ >= options_.max_waiting_calls;
  }

  // After a change in where calls can go.
  void PlaceWaiting() {
    waiting_at_most_ = 0;
    CallList<&Http2Call::place_hook> calls;
    calls.swap(waiting_);
    while (!calls.empty()) PlaceFirst(calls);
  }

  // After the end of streams: looks at no more calls than there is room for.
  void FillRoom() {
    fill_posted_ = false;
    std::size_t at_most = waiting_at_most_;
    CallList<&Http2Call::place_hook> calls;
    calls.swap(waiting_);
    while (!calls.empty() && AnyBackend([](const Backend& backend) { return backend.HasRoom(); })) {
      PlaceFirst(calls);
    }
    waiting_.splice(waiting_.end(), calls);
    waiting_at_most_ = at_most;
  }

  void PlaceFirst(CallList<&Http2Call::place_hook>& calls) {
    Http2Call& call = calls.front();
    call.place_hook.unlink();
    Place(call);
  }

  template <typename Condition>
  bool AnyBackend(Condition condition) const {
    return std::any_of(backends_.begin(), backends_.end(),
                       [&](const auto& backend) { return condition(*backend); });
  }
  bool AnyConnected() const {
    return AnyBackend([](const Backend& backend) { return backend.connected(); });
  }

  // Why no call can be placed: what the first address that is down says, which
  // tells more than a name that cannot be resolved any more.
  absl::Status Down() const {
    if (AnyConnected()) return absl::UnavailableError("every stream to it is taken");
    for (const auto& backend : backends_) {
      if (backend->down().has_value()) return *backend->down();
    }
    return absl::UnavailableError(
        absl::StrCat("no connection: ", problem_.ok() ? "it has no address" : problem_.message()));
  }

  // BackendObserver
  void OnBackendConnected() override {
    PlaceWaiting();
    if (options_.on_connected != nullptr) options_.on_connected();
  }
  void OnBackendRoom() override {
    if (waiting_.empty() || std::exchange(fill_posted_, true)) return;
    Later(&Http2Channel::FillRoom);
  }
  void OnBackendDown() override { PlaceWaiting(); }
  void OnBackendLost() override { LookUp(); }
  void OnBackendDrained(Backend& backend) override {
    draining_.erase(std::find_if(draining_.begin(), draining_.end(),
                                 [&](const auto& held) { return held.get() == &backend; }));
  }

  void LookUp() { addresses_.LookUp(); }

  void OnAddresses(const std::vector<Address>& known, const absl::Status& problem) {
    problem_ = problem;
    looked_up_ = true;
    Backends old = std::exchange(backends_, {});
    for (const Address& address : known) backends_.push_back(TakeBackend(old, address));
    for (auto& backend : old) {
      if (backend == nullptr) continue;
      draining_.push_back(std::move(backend));
      draining_.back()->Drain();
    }
    for (const auto& backend : backends_) backend->Connect();
    PlaceWaiting();
    if (addresses_.can_change()) LookUpLater();
  }

  // The one that has the address, moved out of `old`, or a new one.
  std::unique_ptr<Backend> TakeBackend(Backends& old, const Address& address) {
    auto found = std::find_if(old.begin(), old.end(), [&](const auto& backend) {
      return backend != nullptr &&
             backend->address().endpoints.front() == address.endpoints.front();
    });
    if (found != old.end()) return std::move(*found);
    return std::make_unique<Backend>(context_, address, options_, metrics_, *this, *this);
  }

  void LookUpLater() {
    absl::Duration wait = AnyConnected() ? options_.resolve_interval : options_.max_backoff;
    resolve_timer_.expires_after(absl::ToChronoMilliseconds(wait));
    resolve_timer_.async_wait(IfAlive(weak_factory_.Get(), &Http2Channel::LookUp));
  }

  // CallOwner
  void Requeue(Http2Call& call) override {
    ++waiting_at_most_;
    waiting_.push_back(call);
    Later(&Http2Channel::PlaceWaiting);
  }
  void DeliverSoon(Http2Call& call) override {
    if (call.ready_hook.is_linked()) return;
    ready_.push_back(call);
    if (!std::exchange(deliver_posted_, true)) Later(&Http2Channel::DeliverReady);
  }

  void DeliverReady() {
    deliver_posted_ = false;
    CallList<&Http2Call::ready_hook> ready;
    ready.swap(ready_);
    while (!ready.empty()) {
      Http2Call& call = ready.front();
      call.ready_hook.unlink();
      call.Deliver();
    }
  }

  void Later(void (Http2Channel::*method)()) {
    boost::asio::post(context_, IfAlive(weak_factory_.Get(), method));
  }

  void WatchDeadline(Clock::time_point deadline) {
    if (deadline >= next_deadline_) return;
    next_deadline_ = deadline;
    deadline_timer_.expires_at(std::max(deadline, Clock::now() + kDeadlineGrain));
    deadline_timer_.async_wait(IfAlive(weak_factory_.Get(), &Http2Channel::OnDeadline));
  }

  // Looks at every call, but only when the earliest deadline known has come:
  // cheaper per call than keeping them sorted.
  void OnDeadline() {
    next_deadline_ = Clock::time_point::max();
    Clock::time_point now = Clock::now();
    Clock::time_point next = Clock::time_point::max();
    for (Http2Call& call : all_) {
      if (call.deadline() > now) {
        next = std::min(next, call.deadline());
      } else {
        call.Fail(absl::DeadlineExceededError(
            absl::StrCat("no answer from ", call.service(), " within the deadline")));
      }
    }
    WatchDeadline(next);
  }

  boost::asio::io_context& context_;
  const ChannelOptions options_;
  const ChannelMetrics metrics_;
  const std::unique_ptr<NameResolver> system_resolver_;  // unless one was given

  Addresses addresses_;
  boost::asio::steady_timer resolve_timer_;
  boost::asio::steady_timer deadline_timer_;
  Clock::time_point next_deadline_ = Clock::time_point::max();

  bool began_ = false;      // the first call has come
  bool looked_up_ = false;  // backends_ are what is known
  absl::Status problem_;    // of the last look-up
  std::size_t next_ = 0;    // whose turn it is

  CallList<&Http2Call::all_hook> all_;
  CallList<&Http2Call::place_hook> waiting_;
  std::size_t waiting_at_most_ = 0;  // see IsFull
  CallList<&Http2Call::ready_hook> ready_;
  bool deliver_posted_ = false;
  bool fill_posted_ = false;

  // After the lists of calls, which they still look at as they end.
  Backends backends_;
  Backends draining_;  // until their calls are done
  WeakPtrFactory<Http2Channel> weak_factory_{this};
};

}  // namespace

std::unique_ptr<Channel> Channel::Create(EventLoop& loop, const ChannelOptions& options) {
  return std::make_unique<Http2Channel>(loop, options);
}

}  // namespace triad::grpc_client
