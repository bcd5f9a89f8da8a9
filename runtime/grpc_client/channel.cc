#include "runtime/grpc_client/channel.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/grpc_client/addresses.h"
#include "runtime/grpc_client/call.h"
#include "runtime/grpc_client/link.h"
#include "runtime/io/event_loop.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::gateway {
namespace {

using boost::system::error_code;

// Deadlines are looked at no more often than this.
constexpr absl::Duration kDeadlineGrain = absl::Milliseconds(2);

template <CallImpl::Hook CallImpl::*kHook>
using CallList =
    boost::intrusive::list<CallImpl, boost::intrusive::member_hook<CallImpl, CallImpl::Hook, kHook>,
                           boost::intrusive::constant_time_size<false>>;

LinkOptions LinkOptionsFrom(const ChannelOptions& options) {
  LinkOptions link = {options.target, options.max_backoff, options.connect_timeout,
                      options.keepalive_time, options.keepalive_timeout};
  if (options.metrics == nullptr) return link;
  const Labels labels = {{"target", options.target}};
  link.connect_failures =
      &options.metrics->Counter("triad_upstream_connect_failures_total",
                                "Attempts to connect that failed, by target", labels);
  link.connections =
      &options.metrics->Gauge("triad_upstream_connections", "Open connections, by target", labels);
  return link;
}

prometheus::Counter* CallsCounter(const ChannelOptions& options) {
  if (options.metrics == nullptr) return nullptr;
  return &options.metrics->Counter("triad_upstream_calls_total", "Calls begun, by target",
                                   {{"target", options.target}});
}

//            ┌─▶ Link to address 1
//   call ──▶ ├─▶ Link to address 2     links_, in turn; Addresses says which
//            └─▶ …
//        waiting_: while an address may still connect
class ChannelImpl final : public Channel, public CallOwner, public LinkObserver {
 public:
  ChannelImpl(EventLoop& loop, const ChannelOptions& options)
      : context_(loop.context()),
        options_(options),
        link_options_(LinkOptionsFrom(options)),
        calls_(CallsCounter(options)),
        system_resolver_(options.resolver == nullptr ? MakeSystemResolver(context_) : nullptr),
        addresses_(context_, options.target,
                   system_resolver_ ? *system_resolver_ : *options.resolver,
                   options.connect_timeout,
                   [this](const std::vector<Address>& known, const absl::Status& problem) {
                     OnAddresses(known, problem);
                   }),
        resolve_timer_(context_),
        deadline_timer_(context_) {}

  std::unique_ptr<Call> Start(CallStart start, CallObserver& observer) override {
    if (calls_ != nullptr) calls_->Increment();
    auto call =
        std::make_unique<CallImpl>(*this, std::move(start), options_.max_message_bytes, observer);
    all_.push_back(*call);
    WatchDeadline(call->start().deadline);
    if (!std::exchange(began_, true)) addresses_.LookUp();
    Place(*call);
    return call;
  }

  const std::string& target() const override { return options_.target; }

 private:
  using Links = std::vector<std::unique_ptr<Link>>;

  // ---- where calls go ----

  void Place(CallImpl& call) {
    while (Link* link = Pick(call)) {
      if (link->Submit(call)) return;
    }
    for (const auto& link : links_) link->Connect();
    if (!IsHopeful()) return call.Fail(Down());
    waiting_.push_back(call);
  }

  // The next one in turn; one that is not known to serve, or that gave the call
  // back, only if there is no other.
  Link* Pick(const CallImpl& call) {
    Link* last_resort = nullptr;
    for (std::size_t i = 0; i < links_.size(); ++i) {
      Link* link = links_[next_++ % links_.size()].get();
      if (link->serving() && link != call.refused_by) return link;
      if (link->connected() && (last_resort == nullptr || link->serving())) last_resort = link;
    }
    return last_resort;
  }

  void OnNotProcessed(Link& link, CallImpl& call) override {
    if (!call.replayable()) {
      return call.Fail(absl::UnavailableError("it refuses calls again and again"));
    }
    call.refused_by = &link;
    // Not from here: this may be inside the session that gave the call back.
    waiting_.push_back(call);
    Later([this] { PlaceWaiting(); });
  }

  void PlaceWaiting() {
    CallList<&CallImpl::place_hook> calls;
    calls.swap(waiting_);
    while (!calls.empty()) {
      CallImpl& call = calls.front();
      call.place_hook.unlink();
      Place(call);
    }
  }

  // Whether a call that waits may soon have somewhere to go.
  bool IsHopeful() const {
    if (!looked_up_) return true;
    return std::any_of(links_.begin(), links_.end(),
                       [](const auto& link) { return link->connected() || link->promising(); });
  }

  bool AnyConnected() const {
    return std::any_of(links_.begin(), links_.end(),
                       [](const auto& link) { return link->connected(); });
  }

  // Why no call can be placed: what the first address that is down says, which
  // tells more than a name that cannot be resolved any more.
  absl::Status Down() const {
    for (const auto& link : links_) {
      if (link->down().has_value()) return *link->down();
    }
    return absl::UnavailableError(
        absl::StrCat("no connection: ", problem_.ok() ? "it has no address" : problem_.message()));
  }

  void FailWaitingIfHopeless() {
    if (IsHopeful()) return;
    while (!waiting_.empty()) waiting_.front().Fail(Down());
  }

  // ---- what links tell ----

  void OnLinkConnected(Link&) override { PlaceWaiting(); }
  void OnLinkDown(Link&) override { FailWaitingIfHopeless(); }
  void OnLinkLost(Link&) override { addresses_.LookUp(); }

  void OnLinkRetired(Link& link) override {
    retired_.erase(std::find_if(retired_.begin(), retired_.end(),
                                [&](const auto& held) { return held.get() == &link; }));
  }

  // ---- which addresses there are ----

  void OnAddresses(const std::vector<Address>& known, const absl::Status& problem) {
    problem_ = problem;
    looked_up_ = true;
    Links old = std::exchange(links_, {});
    for (const Address& address : known) links_.push_back(TakeLink(old, address));
    for (auto& link : old) {
      if (link == nullptr) continue;
      retired_.push_back(std::move(link));
      retired_.back()->Retire();
    }
    for (const auto& link : links_) link->Connect();
    FailWaitingIfHopeless();
    if (addresses_.can_change())
      ResolveAfter(AnyConnected() ? options_.resolve_interval : options_.max_backoff);
  }

  std::unique_ptr<Link> TakeLink(Links& old, const Address& address) {
    auto found = std::find_if(old.begin(), old.end(), [&](const auto& link) {
      return link != nullptr && link->address().endpoints.front() == address.endpoints.front();
    });
    if (found != old.end()) return std::move(*found);
    return std::make_unique<Link>(context_, address, link_options_, *this, *this);
  }

  void ResolveAfter(absl::Duration wait) {
    resolve_timer_.expires_after(absl::ToChronoMilliseconds(wait));
    resolve_timer_.async_wait([this, alive = std::weak_ptr<char>(alive_)](error_code error) {
      if (!error && !alive.expired()) addresses_.LookUp();
    });
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
            absl::StrCat("no answer from ", call.service(), " within the deadline")));
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
  const LinkOptions link_options_;
  prometheus::Counter* const calls_;
  const std::unique_ptr<NameResolver> system_resolver_;  // unless one was given

  // Handlers that run after the channel's end see that it is gone.
  std::shared_ptr<char> alive_ = std::make_shared<char>();
  Addresses addresses_;
  boost::asio::steady_timer resolve_timer_;
  boost::asio::steady_timer deadline_timer_;
  absl::Time next_deadline_ = absl::InfiniteFuture();

  bool began_ = false;      // the first call has come
  bool looked_up_ = false;  // links_ are what is known
  absl::Status problem_;    // of the last look-up
  std::size_t next_ = 0;    // whose turn it is
  Links links_;
  Links retired_;  // until their calls are done

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
