// One TCP connection to a service, with the session on it.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "runtime/base/elapsed.h"
#include "runtime/grpc_client/http2/http2_call.h"
#include "runtime/grpc_client/http2/http2_session.h"
#include "runtime/io/weak_ptr.h"

namespace prometheus {
class Gauge;
}

namespace triad::grpc_client {

class Http2Transport;

// Told from the loop.
class Http2TransportObserver {
 public:
  virtual ~Http2TransportObserver() = default;
  // The service's SETTINGS came.
  virtual void OnTransportReady(Http2Transport& transport) = 0;
  // No new calls on it; it fails when those it has are done.
  virtual void OnTransportDraining(Http2Transport& transport, bool too_many_pings) = 0;
  // One of its streams ended.
  virtual void OnTransportStreamOver() = 0;
  // The last that is told: destroy the transport. Its calls have been failed or
  // requeued.
  virtual void OnTransportFailed(Http2Transport& transport, const absl::Status& why) = 0;
};

struct Http2TransportOptions {
  std::string authority;
  absl::Duration keepalive_time;
  absl::Duration keepalive_timeout;
  prometheus::Gauge* connections = nullptr;  // counts this one; may be null
};

// Destroying it closes the connection and tells nobody. Not from inside
// OnTransportReady, OnTransportDraining and OnTransportStreamOver.
class Http2Transport final : public Http2SessionObserver {
 public:
  // Sends the preface and reads from now on.
  Http2Transport(boost::asio::ip::tcp::socket socket, Http2TransportOptions options,
                 Http2TransportObserver& observer);
  ~Http2Transport() override;

  // See Http2Session.
  bool HasRoom(bool endless) const { return session_.HasRoom(endless); }
  absl::Status Submit(Http2Call& call) { return session_.Submit(call); }
  // Whether a background call would leave streams for others.
  bool has_spare_stream() const { return session_.has_spare_stream(); }
  // Takes no more calls and fails when those it has are done.
  void Drain() { session_.Drain(); }

 private:
  // Http2SessionObserver
  void OnWantsToSend() override;
  void OnSettings() override;
  void OnGoaway(bool too_many_pings) override;
  void OnStreamOver() override { observer_.OnTransportStreamOver(); }

  void Read(std::unique_ptr<char[]> buffer);
  void FlushPosted();
  void Flush();
  void WaitWritable();
  void OnWritable();
  void ArmKeepalive(absl::Duration wait);
  void Keepalive();
  // Lets the observer destroy this.
  void Fail(absl::string_view why);

  const Http2TransportOptions options_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer keepalive_timer_;
  Http2TransportObserver& observer_;
  Http2Session session_;
  FrameBuffer out_;
  bool flush_posted_ = false;
  bool blocked_ = false;  // until the socket takes more
  bool ping_pending_ = false;
  bool spoken_ = false;  // SETTINGS have come
  Stopwatch since_read_;
  WeakPtrFactory<Http2Transport> weak_factory_{this};
};

}  // namespace triad::grpc_client
