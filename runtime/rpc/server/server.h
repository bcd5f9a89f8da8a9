// The gRPC server of a process: listener, limits, reflection, health, build, drain.
#pragma once

#include <atomic>
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

struct ServerOptions {
  std::string listen;  // HOST:PORT; port 0 picks a free one
  // Largest message, in and out; more is RESOURCE_EXHAUSTED.
  int max_message_bytes = 8 * 1024 * 1024;
  // Headers of one call.
  int max_metadata_bytes = 64 * 1024;
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
         std::unique_ptr<grpc::Server> server, int port);

  Admission& admission_;
  const std::unique_ptr<BuildService> build_;
  const std::unique_ptr<grpc::Server> server_;
  const int port_;
  std::atomic<bool> announced_{false};
};

}  // namespace triad::rpc
