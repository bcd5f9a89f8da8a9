// Gives a gateway what is new about its services.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/proxy/gateway.h"
#include "runtime/base/mutex.h"

namespace prometheus {
class Gauge;
}

namespace triad {
class Metrics;
}

namespace triad::gateway {

// Thread-safe.
class ServiceReloader {
 public:
  // What is known now.
  using Read = std::function<absl::StatusOr<ServiceSource>()>;

  // `gateway` and `metrics` must outlive it.
  ServiceReloader(Gateway& gateway, Read read, Metrics& metrics);

  // Reads, and hands on. An error leaves the gateway as it is, and shows in
  // triad_gateway_services_current until a later one is good.
  absl::Status Reload();
  // The same, with the outcome in the log. `why` it is done: "SIGHUP".
  void ReloadAndTell(absl::string_view why);

 private:
  Gateway& gateway_;
  const Read read_;
  prometheus::Gauge& is_current_;
  Mutex mutex_;  // one at a time, so that what was read last is what is used
};

}  // namespace triad::gateway
