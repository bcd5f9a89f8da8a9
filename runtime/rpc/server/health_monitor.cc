#include "runtime/rpc/server/health_monitor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::rpc {

HealthMonitor::HealthMonitor(Check check, Report report, Options options)
    : check_(std::move(check)),
      report_(std::move(report)),
      options_(options),
      since_answer_(*options.clock) {
  // The first answer is there before anybody can ask.
  Publish(check_(options_.timeout));
  checks_.emplace("health", options_.period,
                  [this](const Background&) { Publish(check_(options_.timeout)); });
  watch_.emplace("health-watch", options_.period, [this](const Background&) { Tell(); });
}

absl::Status HealthMonitor::current() const {
  MutexLock lock(mutex_);
  absl::Duration silence = since_answer_.elapsed();
  if (silence > options_.period + 3 * options_.timeout) {
    return absl::UnavailableError(
        absl::StrCat("the health check has not come back for ", absl::FormatDuration(silence)));
  }
  return *status_;
}

void HealthMonitor::Publish(const absl::Status& status) {
  {
    MutexLock lock(mutex_);
    status_ = status;
    since_answer_ = Stopwatch(*options_.clock);
  }
  Tell();
}

void HealthMonitor::Tell() {
  MutexLock lock(telling_);
  absl::Status now = current();
  if (told_ == now.ok()) return;
  told_ = now.ok();
  if (now.ok()) {
    log::Info("healthy");
  } else {
    log::Warning("not healthy", {{"error", now.message()}});
  }
  report_(now.ok());
}

}  // namespace triad::rpc
