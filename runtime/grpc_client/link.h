// The connection to one address, kept open.
//
//                 ┌─ attempt_ ──▶ current_ ──(lost)──┐
//      Connect ─▶ │                 │                │
//                 └─ retry timer ◀──┴─(GOAWAY: draining_, and connect anew)
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "runtime/grpc_client/addresses.h"
#include "runtime/grpc_client/call.h"
#include "runtime/grpc_client/connection.h"
#include "runtime/grpc_client/connector.h"
#include "runtime/grpc_client/health_watch.h"

namespace prometheus {
class Counter;
class Gauge;
}  // namespace prometheus

namespace triad::gateway {

class Link;

// Told from the loop, never from inside Connect; from inside Submit only
// OnNotProcessed. Do not destroy the link there.
class LinkObserver {
 public:
  virtual ~LinkObserver() = default;
  // It takes calls now.
  virtual void OnLinkConnected(Link& link) = 0;
  // An attempt to connect failed; the next one is due after the back-off.
  virtual void OnLinkDown(Link& link) = 0;
  // Its connection went away, or takes no more calls; it connects anew.
  virtual void OnLinkLost(Link& link) = 0;
  // `call` was provably not seen by the service, and is nowhere now.
  virtual void OnNotProcessed(Link& link, CallImpl& call) = 0;
  // It was retired and its last call has ended.
  virtual void OnLinkRetired(Link& link) = 0;
};

struct LinkOptions {
  std::string target;  // for the log
  absl::Duration max_backoff;
  absl::Duration connect_timeout;
  absl::Duration keepalive_time;
  absl::Duration keepalive_timeout;
  prometheus::Counter* connect_failures = nullptr;  // may be null
  prometheus::Gauge* connections = nullptr;         // may be null
};

class Link final : public ConnectionObserver {
 public:
  // `owner` is for calls of its own.
  Link(boost::asio::io_context& context, Address address, const LinkOptions& options,
       CallOwner& owner, LinkObserver& observer);
  // Closes without telling; its calls are detached.
  ~Link() override;

  const Address& address() const { return address_; }

  // Connects, unless it is connected, at it, or waiting to try again.
  void Connect();
  // Opens a stream for `call`; false if the connection takes no more.
  bool Submit(CallImpl& call);
  // Takes no calls from now on and ends when those it has are done.
  void Retire();

  // Takes calls.
  bool connected() const { return current_ != nullptr; }
  // Takes calls, and is known to serve.
  bool serving() const { return current_ != nullptr && serving_; }
  // Has not failed since it was last known to work, and is connecting.
  bool promising() const { return attempt_ != nullptr && !down_.has_value(); }
  // Why the last attempt failed; nothing once a service has answered.
  const std::optional<absl::Status>& down() const { return down_; }

  // ConnectionObserver
  void OnConnectionReady(Connection& connection) override;
  void OnConnectionDraining(Connection& connection, bool too_many_pings) override;
  void OnConnectionClosed(Connection& connection, const absl::Status& why) override;
  void OnNotProcessed(CallImpl& call) override;

 private:
  void Adopt(ConnectAttempt::Socket socket);
  void WatchHealth();
  void OnConnectFailed(const absl::Status& why);
  void StopUsing(Connection& connection);
  void CloseQuietly(Connection& connection);
  void CountConnection(int change);
  void TellRetired();

  boost::asio::io_context& context_;
  const Address address_;
  const LinkOptions options_;
  CallOwner& owner_;
  LinkObserver& observer_;
  absl::Duration keepalive_time_;

  // Handlers that run after the link's end see that it is gone.
  std::shared_ptr<char> alive_ = std::make_shared<char>();
  boost::asio::steady_timer retry_timer_;
  std::unique_ptr<ConnectAttempt> attempt_;
  std::shared_ptr<Connection> current_;
  std::vector<std::shared_ptr<Connection>> draining_;
  std::unique_ptr<HealthWatch> health_;  // of current_, which it goes before
  bool proven_ = false;                  // current_ has spoken HTTP/2
  bool serving_ = false;                 // and serves, by health_
  bool retry_armed_ = false;             // waiting to try again
  bool retired_ = false;
  absl::Duration backoff_;
  std::optional<absl::Status> down_;
};

}  // namespace triad::gateway
