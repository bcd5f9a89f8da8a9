// The connections to one address, kept open: the first, and more once the streams of
// those there are have all been taken.
//
//                 ┌─ dialer_ ─────▶ open_ ──(lost)───┐
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
#include "runtime/base/elapsed.h"
#include "runtime/grpc_client/addresses.h"
#include "runtime/grpc_client/channel.h"
#include "runtime/grpc_client/dialer.h"
#include "runtime/grpc_client/health_watch.h"
#include "runtime/grpc_client/http2/http2_call.h"
#include "runtime/grpc_client/http2/http2_session.h"
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
  // There may be room for another call. Told from inside Submit and at the end of a
  // call, too.
  virtual void OnBackendRoom() = 0;
  // An attempt to connect failed; the next one is due after the back-off.
  virtual void OnBackendDown() = 0;
  // A connection went away, or takes no more calls; if it was the last, it connects anew.
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

// What a backend has for a call, from the least to the most: nothing, a connection, or
// one to a process that is known to serve.
enum class Room { kNone, kConnected, kServing };

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
  // The same, but opens one more connection if it is connected. Whether one is on its
  // way: not if it has as many as it may, or the last attempt has only just failed.
  bool MakeRoom();
  Room RoomFor(const Http2Call& call) const { return KindOf(WithRoom(IsEndless(call))); }
  // Whether a call would find room that has a deadline.
  bool HasRoom() const { return WithRoom(false) != nullptr; }
  // Opens a stream for `call`, for which there is room; false if that connection
  // takes no more.
  bool Submit(Http2Call& call);
  // Takes no calls from now on and ends when those it has are done.
  void Drain();

  bool connected() const { return !open_.empty(); }
  // Is known to serve, whether it has room or not.
  bool serving() const;
  // Has not failed since it was last known to work, and is connecting.
  bool promising() const { return dialer_ != nullptr && !down_.has_value(); }
  // Why the last attempt failed; nothing once a service has answered.
  const std::optional<absl::Status>& down() const { return down_; }

 private:
  struct Open {
    std::unique_ptr<Http2Transport> transport;
    std::unique_ptr<HealthWatch> health;  // which goes before the transport
    bool proven = false;                  // it has spoken HTTP/2
    bool serving = false;                 // and serves, by `health`
  };

  // Http2TransportObserver
  void OnTransportReady(Http2Transport& transport) override;
  void OnTransportStreamOver() override { observer_.OnBackendRoom(); }
  void OnTransportDraining(Http2Transport& transport, bool too_many_pings) override;
  void OnTransportFailed(Http2Transport& transport, const absl::Status& why) override;

  static Room KindOf(const Open* open);
  // The one for the next call; null if none has room.
  Open* WithRoom(bool endless) const;
  Open* Find(const Http2Transport& transport) const;
  void Dial();
  void OnDialed(absl::StatusOr<Dialer::Socket> socket);
  void OnConnectFailed(const absl::Status& why);
  void OnBackoffOver();
  void WatchHealth(Open& open);
  // Takes it out of open_.
  std::unique_ptr<Http2Transport> TakeOut(const Open& open);
  void StopUsing(const Open& open) { draining_.push_back(TakeOut(open)); }
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
  std::vector<std::unique_ptr<Open>> open_;  // the oldest first, which is filled first
  std::vector<std::unique_ptr<Http2Transport>> draining_;
  bool retry_armed_ = false;               // waiting to try again
  bool drained_ = false;                   // Drain was called
  std::optional<Countdown> growth_pause_;  // after one more connection failed
  absl::Duration backoff_;
  std::optional<absl::Status> down_;
  WeakPtrFactory<Backend> weak_factory_{this};
};

}  // namespace triad::grpc_client
