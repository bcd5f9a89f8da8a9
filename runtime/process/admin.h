// The admin port that every binary has: /metrics, /livez, /readyz, /version.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/http/server.h"
#include "runtime/io/event_loop.h"

namespace triad {
class Metrics;
}

namespace triad::http {

struct AdminOptions {
  std::string listen;  // HOST:PORT; port 0 picks a free one
  // Asked by /readyz, where its message is the body of a 503, and by /metrics,
  // where it is triad_ready. Called on the admin loop, so it answers from what is
  // known and does not block.
  std::function<absl::Status()> ready;
};

// Runs on a loop of its own. Errors as Server::Start. `metrics` must outlive it.
class AdminServer {
 public:
  static absl::StatusOr<std::unique_ptr<AdminServer>> Start(AdminOptions options, Metrics& metrics);
  int port() const { return server_->port(); }

 private:
  AdminServer() = default;

  EventLoop loop_{"admin"};
  std::unique_ptr<Server> server_;  // before the loop goes
};

}  // namespace triad::http
