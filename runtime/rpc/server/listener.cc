#include "runtime/rpc/server/listener.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/time/clock.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::rpc {
namespace {

constexpr int kEventsAtATime = 64;
// Then it is looked which connections have ended.
constexpr int kAcceptsAtATime = 64;
constexpr int kLinesPerSecond = 1;
// A client can begin some thousand calls in this time, of 12 KiB each.
constexpr absl::Duration kLookEvery = absl::Milliseconds(200);
// Times as long as the look has taken, so that looking takes a twentieth of the time at most.
constexpr int kRestAfterLook = 20;
// gRPC counts a call for a moment after its end: that many more are let be, or a busy
// client that keeps to its limit would be ended.
constexpr std::int64_t kJustEnded = 1000;
// Until some descriptor, or memory, may be free again.
constexpr absl::Duration kPauseAfterFailure = absl::Milliseconds(50);

// No events but that it has hung up, which are always told.
void Watch(int epoll, int descriptor, std::uint32_t events) {
  epoll_event event = {};
  event.events = events;
  event.data.fd = descriptor;
  epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

prometheus::Counter& Refused(Metrics& metrics, const char* limit) {
  return metrics.Counter("triad_rpc_server_connections_refused_total",
                         "Connections that were closed at once, by the limit that was reached.",
                         {{"limit", limit}});
}

}  // namespace

Listener::Listener(Listening listening, const ListenerOptions& options, Metrics& metrics,
                   HandOver hand_over)
    : hand_over_(std::move(hand_over)),
      max_connections_(options.max_connections),
      call_limits_{options.calls.max + kJustEnded, options.calls.max_per_connection + kJustEnded},
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      open_(metrics.Gauge("triad_rpc_server_connections", "Connections that are open.")),
      too_many_(Refused(metrics, "max_connections")),
      too_many_of_peer_(Refused(metrics, "max_connections_per_peer")),
      too_many_calls_(metrics.Counter("triad_rpc_server_connections_ended_total",
                                      "Connections that were ended for the calls they had open.")),
      refusals_(kLinesPerSecond, absl::Seconds(1)),
      failures_(kLinesPerSecond, absl::Seconds(1)),
      endings_(kLinesPerSecond, absl::Seconds(1)),
      sockets_(std::move(listening.sockets)),
      peers_(options.max_connections_per_peer) {
  metrics.Gauge("triad_rpc_server_connections_limit", "Connections that may be open.")
      .Set(static_cast<double>(options.max_connections));
  Watch(epoll_.get(), wake_.get(), EPOLLIN);
  {
    MutexLock lock(mutex_);
    for (const Descriptor& socket : sockets_) Watch(epoll_.get(), socket.get(), EPOLLIN);
  }
  thread_ = std::thread([this] { Run(); });
  pthread_setname_np(thread_.native_handle(), "listener");
}

Listener::~Listener() {
  stopping_.store(true);
  eventfd_write(wake_.get(), 1);
  thread_.join();
}

void Listener::StopAccepting() {
  MutexLock lock(mutex_);
  sockets_.clear();
}

void Listener::Run() {
  std::array<epoll_event, kEventsAtATime> events;
  while (!stopping_.load()) {
    int count = epoll_wait(epoll_.get(), events.data(), kEventsAtATime,
                           static_cast<int>(absl::ToInt64Milliseconds(kLookEvery)));
    for (int i = 0; i < count; ++i) OnEvent(events[static_cast<std::size_t>(i)].data.fd);
    LookAtCalls();
  }
}

void Listener::OnEvent(int descriptor) {
  if (descriptor == wake_.get()) return;
  MutexLock lock(mutex_);
  // A listening socket that has been closed meanwhile is neither.
  if (connections_.count(descriptor) > 0) return OnEnd(descriptor);
  for (const Descriptor& socket : sockets_) {
    if (socket.get() == descriptor) return Accept(descriptor);
  }
}

void Listener::Accept(int socket) {
  for (int i = 0; i < kAcceptsAtATime; ++i) {
    if (!AcceptOne(socket)) return;
  }
}

bool Listener::AcceptOne(int socket) {
  Endpoint peer;
  auto size = static_cast<socklen_t>(peer.capacity());
  Descriptor accepted(accept4(socket, peer.data(), &size, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (accepted.get() < 0) {
    if (errno == EAGAIN) return false;
    if (errno == ECONNABORTED || errno == EINTR) return true;
    CannotAccept(errno);
    return false;
  }
  Welcome(std::move(accepted), peer);
  return true;
}

void Listener::Welcome(Descriptor descriptor, const Endpoint& peer) {
  std::string key = PeerKey(peer.address());
  if (connections_.size() >= max_connections_) return Refuse("--max_connections", too_many_);
  std::optional<PeerCount::Slot> slot = peers_.Take(key);
  if (!slot.has_value()) return Refuse("--max_connections_per_peer", too_many_of_peer_);
  Descriptor handed(fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 0));
  if (handed.get() < 0) return CannotAccept(errno);
  int number = descriptor.get();
  connections_.emplace(
      number, Connection{std::move(descriptor), std::move(key), *std::move(slot), UriOf(peer)});
  open_.Set(static_cast<double>(connections_.size()));
  hand_over_(handed.Release());
  // After it: what has hung up already is told all the same.
  Watch(epoll_.get(), number, 0);
}

void Listener::Refuse(const char* flag, prometheus::Counter& too_many) {
  too_many.Increment();
  std::optional<std::int64_t> held_back = refusals_.Admit();
  if (!held_back.has_value()) return;
  log::Warning("connections are refused", {{"limit", flag}, {"refused", *held_back + 1}});
}

void Listener::CannotAccept(int error) {
  if (failures_.Admit().has_value()) {
    log::Warning("cannot accept connections", {{"error", strerror(error)}});
  }
  absl::SleepFor(kPauseAfterFailure);
}

void Listener::OnEnd(int descriptor) {
  // Closing it is not enough as long as gRPC has its own descriptor of the connection: what
  // came for this number would be taken for the next connection that gets it.
  epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor, nullptr);
  connections_.erase(descriptor);
  open_.Set(static_cast<double>(connections_.size()));
}

void Listener::LookAtCalls() {
  if (since_look_.elapsed() < until_look_) return;
  since_look_ = Stopwatch();
  {
    MutexLock lock(mutex_);
    if (!connections_.empty()) EndConnectionsOverLimit();
  }
  until_look_ = std::max(kLookEvery, since_look_.elapsed() * kRestAfterLook);
}

void Listener::EndConnectionsOverLimit() {
  std::unordered_map<std::string, int> descriptors;
  for (const auto& [descriptor, connection] : connections_) {
    descriptors.emplace(connection.uri, descriptor);
  }
  std::vector<ConnectionCalls> own;
  for (ConnectionCalls& connection : CountOpenCalls()) {
    auto found = descriptors.find(connection.uri);
    if (found == descriptors.end()) continue;  // another server's
    connection.peer = connections_.at(found->second).peer;
    own.push_back(std::move(connection));
  }
  for (const ConnectionCalls& connection : ConnectionsOverLimit(std::move(own), call_limits_)) {
    End(descriptors.at(connection.uri), connection.open);
  }
}

// gRPC learns of it as of a client that has gone, and forgets the calls.
void Listener::End(int descriptor, std::int64_t calls) {
  too_many_calls_.Increment();
  shutdown(descriptor, SHUT_RDWR);
  std::optional<std::int64_t> held_back = endings_.Admit();
  if (!held_back.has_value()) return;
  log::Warning("connections are ended for the calls they have open",
               {{"calls", calls},
                {"limits", "--max_streams_per_connection, --max_calls"},
                {"ended", *held_back + 1}});
}

}  // namespace triad::rpc
