// The gRPC server of a process: listener, limits, reflection, health, build, drain.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace grpc {
class Server;
class Service;
}  // namespace grpc

namespace triad::rpc {

class Admission;
class BuildService;
class Listener;

struct ServerOptions {
  std::string listen;  // HOST:PORT; port 0 picks a free one
  // Largest message, in and out; more is RESOURCE_EXHAUSTED.
  int max_message_bytes = 8 * 1024 * 1024;
  // Headers of one call.
  int max_metadata_bytes = 64 * 1024;
  // Calls that run at a time on one connection; further ones wait at their caller.
  int max_streams_per_connection = 1000;
  // Calls on all connections; beyond it the peer with most of them loses a connection.
  int max_calls = 5000;
  // Connections, in all and of one peer but this machine; more are closed at once.
  int max_connections = 1024;
  int max_connections_per_peer = 256;
  // What all of them together may hold in memory, before calls are ended
  // RESOURCE_EXHAUSTED; 0 for no bound.
  std::int64_t memory_budget_bytes = 0;
};

// Thread-safe.
class Server {
 public:
  // Serves at once, but says NOT_SERVING until SetServing(true). `services` and
  // `admission` must outlive the server. Ends the process if a BoundService of
  // `admission` is not complete. FAILED_PRECONDITION "HOST:PORT is in
  // use"; INVALID_ARGUMENT for a bad address.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       Admission& admission,
                                                       const std::vector<grpc::Service*>& services);
  // Cancels what still runs, and waits for it.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The port that is listened on.
  int port() const { return port_; }

  // What the standard health service says, for "" and for every service. Has no
  // effect once shutdown is announced.
  void SetServing(bool serving);

  // NOT_SERVING for good. Calls are still answered.
  void AnnounceShutdown();

  // Refuses new calls with UNAVAILABLE, ends server streams and bidirectional ones, and returns
  // once every call is complete. After `timeout`, what remains is cancelled: DEADLINE_EXCEEDED.
  absl::Status Drain(absl::Duration timeout);

 private:
  Server(Admission& admission, std::unique_ptr<BuildService> build,
         std::unique_ptr<grpc::Server> server, std::unique_ptr<Listener> listener, int port);

  Admission& admission_;
  const std::unique_ptr<BuildService> build_;
  const std::unique_ptr<grpc::Server> server_;
  const std::unique_ptr<Listener> listener_;  // after the server: it hands over to it
  const int port_;
  std::atomic<bool> announced_{false};
};

}  // namespace triad::rpc
