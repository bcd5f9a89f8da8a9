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
#include "runtime/grpc_client/dialer.h"
#include "runtime/grpc_client/health_watch.h"
#include "runtime/grpc_client/http2_call.h"
#include "runtime/grpc_client/http2_transport.h"

namespace prometheus {
class Counter;
class Gauge;
}  // namespace prometheus

namespace triad::grpc_client {

class Backend;

// Told from the loop, never from inside Connect; from inside Submit only
// OnNotProcessed. Do not destroy the backend there.
class BackendObserver {
 public:
  virtual ~BackendObserver() = default;
  // It takes calls now.
  virtual void OnBackendConnected(Backend& backend) = 0;
  // An attempt to connect failed; the next one is due after the back-off.
  virtual void OnBackendDown(Backend& backend) = 0;
  // Its connection went away, or takes no more calls; it connects anew.
  virtual void OnBackendLost(Backend& backend) = 0;
  // `call` was provably not seen by the service, and is nowhere now.
  virtual void OnNotProcessed(Backend& backend, Http2Call& call) = 0;
  // It was retired and its last call has ended.
  virtual void OnBackendRetired(Backend& backend) = 0;
};

struct BackendOptions {
  std::string target;  // for the log
  absl::Duration max_backoff;
  absl::Duration connect_timeout;
  absl::Duration keepalive_time;
  absl::Duration keepalive_timeout;
  prometheus::Counter* connect_failures = nullptr;  // may be null
  prometheus::Gauge* connections = nullptr;         // may be null
};

class Backend final : public Http2TransportObserver {
 public:
  // `owner` is for calls of its own.
  Backend(boost::asio::io_context& context, Address address, const BackendOptions& options,
          CallOwner& owner, BackendObserver& observer);
  // Closes without telling; its calls are detached.
  ~Backend() override;

  const Address& address() const { return address_; }

  // Connects, unless it is connected, at it, or waiting to try again.
  void Connect();
  // Opens a stream for `call`; false if the connection takes no more.
  bool Submit(Http2Call& call);
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

  // Http2TransportObserver
  void OnTransportReady(Http2Transport& transport) override;
  void OnTransportDraining(Http2Transport& transport, bool too_many_pings) override;
  void OnTransportClosed(Http2Transport& transport, const absl::Status& why) override;
  void OnNotProcessed(Http2Call& call) override;

 private:
  void Adopt(Dialer::Socket socket);
  void WatchHealth();
  void OnConnectFailed(const absl::Status& why);
  void StopUsing(Http2Transport& transport);
  void CloseQuietly(Http2Transport& transport);
  void CountConnection(int change);
  void TellRetired();

  boost::asio::io_context& context_;
  const Address address_;
  const BackendOptions options_;
  CallOwner& owner_;
  BackendObserver& observer_;
  absl::Duration keepalive_time_;

  // Handlers that run after the backend's end see that it is gone.
  std::shared_ptr<char> alive_ = std::make_shared<char>();
  boost::asio::steady_timer retry_timer_;
  std::unique_ptr<Dialer> attempt_;
  std::shared_ptr<Http2Transport> current_;
  std::vector<std::shared_ptr<Http2Transport>> draining_;
  std::unique_ptr<HealthWatch> health_;  // of current_, which it goes before
  bool proven_ = false;                  // current_ has spoken HTTP/2
  bool serving_ = false;                 // and serves, by health_
  bool retry_armed_ = false;             // waiting to try again
  bool retired_ = false;
  absl::Duration backoff_;
  std::optional<absl::Status> down_;
};

}  // namespace triad::grpc_client
