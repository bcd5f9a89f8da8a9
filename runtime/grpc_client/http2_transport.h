// One TCP connection to a service, and its session.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "runtime/grpc_client/http2_call.h"
#include "runtime/grpc_client/http2_session.h"

namespace triad::grpc_client {

class Http2Transport;

// Told from the loop. Once OnTransportClosed came, or after Close, nothing more.
class Http2TransportObserver {
 public:
  virtual ~Http2TransportObserver() = default;
  // The service's SETTINGS came.
  virtual void OnTransportReady(Http2Transport& transport) = 0;
  // No new calls on it; it closes when those it has are done.
  virtual void OnTransportDraining(Http2Transport& transport, bool too_many_pings) = 0;
  // It is gone, and its calls have been failed or given back.
  virtual void OnTransportClosed(Http2Transport& transport, const absl::Status& why) = 0;
  virtual void OnNotProcessed(Http2Call& call) = 0;
};

struct Http2TransportOptions {
  std::string authority;
  absl::Duration keepalive_time;
  absl::Duration keepalive_timeout;
};

// Shared by its owner and its asynchronous operations.
class Http2Transport final : public std::enable_shared_from_this<Http2Transport>,
                             private Http2SessionObserver {
 public:
  Http2Transport(boost::asio::ip::tcp::socket socket, Http2TransportOptions options,
                 Http2TransportObserver& observer);

  // Sends the preface and reads from now on.
  void Begin();
  absl::Status Submit(Http2Call& call) { return session_.Submit(call); }
  // Whether a background call would leave streams for others.
  bool has_spare_stream() const { return session_.has_spare_stream(); }
  // Takes no more calls and closes when those it has are done.
  void Drain() { session_.Drain(); }
  // Closes without telling; its calls are detached.
  void Close();

 private:
  // Http2SessionObserver
  void OnWantsToSend() override;
  void OnSettings() override;
  void OnGoaway(bool too_many_pings) override;
  void OnNotProcessed(Http2Call& call) override;

  void Read();
  void Flush();
  void WriteRest(std::size_t written);
  void Keepalive();
  void ArmKeepalive(std::chrono::steady_clock::time_point when);
  void End(const absl::Status& why);

  const Http2TransportOptions options_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer keepalive_timer_;
  Http2TransportObserver* observer_;  // null once closed
  Http2Session session_;
  std::vector<char> in_;
  std::string out_;
  bool flush_posted_ = false;
  bool writing_ = false;
  bool ping_pending_ = false;
  std::chrono::steady_clock::time_point last_read_;
};

}  // namespace triad::grpc_client
