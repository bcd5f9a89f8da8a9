#include "gateway/learning/service_reloader.h"

#include <utility>

#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"
#include "runtime/telemetry/metrics/metrics.h"

namespace triad::gateway {

ServiceReloader::ServiceReloader(Gateway& gateway, Read read, Metrics& metrics)
    : gateway_(gateway),
      read_(std::move(read)),
      is_current_(metrics.Gauge("triad_gateway_services_current",
                                "1 if the newest descriptors and rules are in use, 0 if they were "
                                "refused and those before them are")) {
  is_current_.Set(1);
}

absl::Status ServiceReloader::Reload() {
  MutexLock lock(mutex_);
  absl::StatusOr<ServiceSource> services = read_();
  absl::Status status = services.ok() ? gateway_.Replace(*std::move(services)) : services.status();
  is_current_.Set(status.ok() ? 1 : 0);
  return status;
}

void ServiceReloader::ReloadAndTell(absl::string_view why) {
  absl::Status status = Reload();
  if (status.ok()) return log::Info("services read again", {{"why", why}});
  log::Warning("services cannot be read again; those before stay",
               {{"why", why}, {"error", status.message()}});
}

}  // namespace triad::gateway
