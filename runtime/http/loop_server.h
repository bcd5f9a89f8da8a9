// The part of a server that lives on one loop.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <unordered_map>
#include <vector>

#include "runtime/base/mutex.h"
#include "runtime/http/connection.h"
#include "runtime/http/response_head.h"
#include "runtime/http/server.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::http {

using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp,
                                                    boost::asio::io_context::executor_type>;

// The connections of all loops together. Thread-safe.
class ConnectionCount {
 public:
  explicit ConnectionCount(const ServerOptions& options);

  // False at the limit.
  bool TryAdd();
  void Remove();
  // A slot of the peer that is counted by `peer_key`; nullopt at its limit.
  std::optional<PeerCount::Slot> TakeSlot(const std::string& peer_key);
  // There was no room for a connection.
  void CountRefused();
  // There was no memory for a request; a request was ended to make room.
  void CountNoRoom();
  void CountEnded();
  // Returns false if `timeout` passed before there was none.
  bool WaitForNone(absl::Duration timeout);
  void CountRefusal();

 private:
  const std::size_t limit_;
  PeerCount peers_;
  // Null without metrics.
  prometheus::Gauge* gauge_ = nullptr;
  prometheus::Counter* refused_ = nullptr;          // connections, for there were too many
  prometheus::Counter* refused_of_peer_ = nullptr;  // for its peer had too many
  prometheus::Counter* refusals_ = nullptr;         // requests
  prometheus::Counter* no_room_ = nullptr;
  prometheus::Counter* ended_ = nullptr;
  Mutex mutex_;
  CondVar none_;
  std::size_t count_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Owns the connections of one loop. Made, used and destroyed on the loop's
// thread.
class LoopServer final {
 public:
  // Accepts from now on. `count` and `context` must outlive it.
  LoopServer(const ServerOptions& options, ConnectionCount& count, boost::asio::io_context& context,
             Acceptor acceptor, std::unique_ptr<Handler> handler);
  // Closes everything, then destroys the handler.
  ~LoopServer();
  LoopServer(const LoopServer&) = delete;
  LoopServer& operator=(const LoopServer&) = delete;

  void AnnounceClose() { announce_close_ = true; }
  // Stops listening and lets connections go as they become idle.
  void Drain();
  // Requests being answered.
  std::size_t busy() const;

  // For its connections.
  const ServerOptions& options() const { return options_; }
  boost::asio::io_context& context() { return context_; }
  Handler& handler() { return *handler_; }
  absl::string_view date() { return date_.Now(); }
  bool announce_close() const { return announce_close_; }
  bool draining() const { return draining_; }
  void CountRefusal() { count_.CountRefusal(); }
  void CountNoRoom() { count_.CountNoRoom(); }
  void CountEnded() { count_.CountEnded(); }
  // Has CheckTimeouts run soon.
  void LookSoon() { look_soon_ = true; }
  // What limits of who is at `address` are counted by; empty if there are none.
  std::string KeyOf(const boost::asio::ip::address& address) const;
  // Of a body whose client keeps up the least rate.
  const Pace& body_pace() const { return body_pace_; }
  // `connection` waits for a request, and is the last one in line to be closed for
  // another.
  void BecameIdle(Connection& connection) { idle_.push_back(connection); }
  // Takes a closed connection, which is destroyed from the loop: it may be in the
  // midst of one of its methods.
  void Remove(Connection& connection);

 private:
  void Accept();
  void OnAccept(const boost::system::error_code& error, Socket socket);
  void Adopt(Socket socket);
  // Makes room, at the limit, by closing the connection that is idle for longest.
  bool MakeRoom();
  void PauseAccepting(const boost::system::error_code& reason);
  void ArmTimer();
  void OnTimer();
  SteadyClock::duration TimerPeriod() const;

  const ServerOptions options_;
  const Pace body_pace_;
  ConnectionCount& count_;
  boost::asio::io_context& context_;
  Acceptor acceptor_;
  boost::asio::steady_timer timer_;         // one for all timeouts
  boost::asio::steady_timer accept_pause_;  // after a failed accept
  std::unique_ptr<Handler> handler_;
  std::unordered_map<Connection*, std::unique_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<Connection>> closed_;  // until they are destroyed
  // From the one that has been so for longest.
  boost::intrusive::list<Connection,
                         boost::intrusive::member_hook<Connection, decltype(Connection::idle_hook),
                                                       &Connection::idle_hook>,
                         boost::intrusive::constant_time_size<false>>
      idle_;
  DateText date_;
  bool timer_armed_ = false;
  bool look_soon_ = false;
  bool announce_close_ = false;
  bool draining_ = false;
  WeakPtrFactory<LoopServer> weak_factory_{this};
};

}  // namespace triad::http
