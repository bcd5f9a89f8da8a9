// The connection to one address, kept open.
//
//                 ┌─ dialer_ ───▶ current_ ──(lost)──┐
//      Connect ─▶ │                 │                │
//                 └─ retry timer ◀──┴─(GOAWAY: draining_, and connect anew)
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/grpc_client/addresses.h"
#include "runtime/grpc_client/channel.h"
#include "runtime/grpc_client/dialer.h"
#include "runtime/grpc_client/health_watch.h"
#include "runtime/grpc_client/http2/http2_call.h"
#include "runtime/grpc_client/http2/http2_transport.h"
#include "runtime/io/weak_ptr.h"

namespace prometheus {
class Counter;
class Gauge;
}  // namespace prometheus

namespace triad::grpc_client {

class Backend;

// Told from the loop, never from inside Connect and Submit. Do not destroy the
// backend there, but in OnBackendDrained.
class BackendObserver {
 public:
  virtual ~BackendObserver() = default;
  // It takes calls now.
  virtual void OnBackendConnected() = 0;
  // An attempt to connect failed; the next one is due after the back-off.
  virtual void OnBackendDown() = 0;
  // Its connection went away, or takes no more calls; it connects anew.
  virtual void OnBackendLost() = 0;
  // It was drained and its last call has ended.
  virtual void OnBackendDrained(Backend& backend) = 0;
};

// All null for a channel that has no Metrics.
struct ChannelMetrics {
  prometheus::Counter* calls = nullptr;
  prometheus::Counter* connect_failures = nullptr;
  prometheus::Gauge* connections = nullptr;
};

// Destroying it closes its connections; calls must be gone by then.
class Backend final : public Http2TransportObserver {
 public:
  // `options` and `metrics` are the channel's and must outlive it; `owner` is for
  // calls of its own.
  Backend(boost::asio::io_context& context, Address address, const ChannelOptions& options,
          const ChannelMetrics& metrics, CallOwner& owner, BackendObserver& observer);

  const Address& address() const { return address_; }

  // Connects, unless it is connected, at it, or waiting to try again.
  void Connect();
  // Opens a stream for `call`, if it is connected; false if the connection takes
  // no more.
  bool Submit(Http2Call& call);
  // Takes no calls from now on and ends when those it has are done.
  void Drain();

  // Takes calls.
  bool connected() const { return current_ != nullptr; }
  // Takes calls, and is known to serve.
  bool serving() const { return current_ != nullptr && serving_; }
  // Has not failed since it was last known to work, and is connecting.
  bool promising() const { return dialer_ != nullptr && !down_.has_value(); }
  // Why the last attempt failed; nothing once a service has answered.
  const std::optional<absl::Status>& down() const { return down_; }

 private:
  // Http2TransportObserver
  void OnTransportReady(Http2Transport& transport) override;
  void OnTransportDraining(Http2Transport& transport, bool too_many_pings) override;
  void OnTransportFailed(Http2Transport& transport, const absl::Status& why) override;

  void OnDialed(absl::StatusOr<Dialer::Socket> socket);
  void OnConnectFailed(const absl::Status& why);
  void OnBackoffOver();
  void WatchHealth();
  void StopUsingCurrent();
  void ConnectAnew();
  void TellIfDrained();
  void TellDrained() { observer_.OnBackendDrained(*this); }

  boost::asio::io_context& context_;
  const Address address_;
  const ChannelOptions& options_;
  const ChannelMetrics& metrics_;
  CallOwner& owner_;
  BackendObserver& observer_;
  absl::Duration keepalive_time_;

  boost::asio::steady_timer retry_timer_;
  std::unique_ptr<Dialer> dialer_;
  std::unique_ptr<Http2Transport> current_;
  std::vector<std::unique_ptr<Http2Transport>> draining_;
  std::unique_ptr<HealthWatch> health_;  // of current_, which it goes before
  bool proven_ = false;                  // current_ has spoken HTTP/2
  bool serving_ = false;                 // and serves, by health_
  bool retry_armed_ = false;             // waiting to try again
  bool drained_ = false;                 // Drain was called
  absl::Duration backoff_;
  std::optional<absl::Status> down_;
  WeakPtrFactory<Backend> weak_factory_{this};
};

}  // namespace triad::grpc_client
