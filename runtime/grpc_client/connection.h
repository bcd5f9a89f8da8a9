// One TCP connection to a service, and its session.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "runtime/grpc_client/call.h"
#include "runtime/grpc_client/session.h"

namespace triad::gateway {

class Connection;

// Told from the loop. Once OnConnectionClosed came, or after Close, nothing more.
class ConnectionObserver {
 public:
  virtual ~ConnectionObserver() = default;
  // The service's SETTINGS came.
  virtual void OnConnectionReady(Connection& connection) = 0;
  // No new calls on it; it closes when those it has are done.
  virtual void OnConnectionDraining(Connection& connection, bool too_many_pings) = 0;
  // It is gone, and its calls have been failed or given back.
  virtual void OnConnectionClosed(Connection& connection, const absl::Status& why) = 0;
  virtual void OnNotProcessed(CallImpl& call) = 0;
};

struct ConnectionOptions {
  std::string authority;
  absl::Duration keepalive_time;
  absl::Duration keepalive_timeout;
};

// Shared by its owner and its asynchronous operations.
class Connection final : public std::enable_shared_from_this<Connection>, private SessionObserver {
 public:
  Connection(boost::asio::ip::tcp::socket socket, ConnectionOptions options,
             ConnectionObserver& observer);

  // Sends the preface and reads from now on.
  void Begin();
  absl::Status Submit(CallImpl& call) { return session_.Submit(call); }
  // Whether a background call would leave streams for others.
  bool has_spare_stream() const { return session_.has_spare_stream(); }
  // Takes no more calls and closes when those it has are done.
  void Drain() { session_.Drain(); }
  // Closes without telling; its calls are detached.
  void Close();

 private:
  // SessionObserver
  void OnWantsToSend() override;
  void OnSettings() override;
  void OnGoaway(bool too_many_pings) override;
  void OnNotProcessed(CallImpl& call) override;

  void Read();
  void Flush();
  void WriteRest(std::size_t written);
  void Keepalive();
  void ArmKeepalive(std::chrono::steady_clock::time_point when);
  void End(const absl::Status& why);

  const ConnectionOptions options_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer keepalive_timer_;
  ConnectionObserver* observer_;  // null once closed
  Session session_;
  std::vector<char> in_;
  std::string out_;
  bool flush_posted_ = false;
  bool writing_ = false;
  bool ping_pending_ = false;
  std::chrono::steady_clock::time_point last_read_;
};

}  // namespace triad::gateway
