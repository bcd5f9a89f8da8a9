// Keeps asking servers what their services are.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/learning/learned.h"
#include "runtime/io/event_loop.h"

namespace triad {
class Metrics;
}

namespace triad::gateway {

struct ReflectorOptions {
  // The address of each service, as Targets has them.
  std::map<std::string, std::string> targets;
  std::size_t max_message_bytes = 8 * 1024 * 1024;
  // Between two questions to a server that has not told of all its services.
  absl::Duration retry_interval = absl::Seconds(1);
};

// Asks each server at once, again whenever a connection to it is new, as it may be a new version
// then, and now and then while it has not told of all. On a loop of its own.
class Reflector {
 public:
  // `learned` gets what they say; `changed` is run on the loop when that is something new. It may
  // take its time. `learned` and `metrics` must outlive it.
  Reflector(ReflectorOptions options, Learned& learned, Metrics& metrics,
            std::function<void()> changed);
  ~Reflector();

 private:
  class Server;

  EventLoop loop_{"reflection"};
  std::vector<std::unique_ptr<Server>> servers_;  // the loop's
};

}  // namespace triad::gateway
