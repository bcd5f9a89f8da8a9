#include "runtime/rpc/server/health_monitor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::rpc {

HealthMonitor::HealthMonitor(Check check, Report report, Options options)
    : check_(std::move(check)), report_(std::move(report)), options_(options) {
  // The first answer is there before anybody can ask.
  Publish(check_(options_.timeout));
  background_.emplace("health", options_.period,
                      [this](const Background&) { Publish(check_(options_.timeout)); });
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
  bool changed = false;
  {
    MutexLock lock(mutex_);
    changed = !status_.has_value() || status_->ok() != status.ok();
    status_ = status;
    since_answer_ = Stopwatch();
  }
  if (!changed) return;
  if (status.ok()) {
    log::Info("healthy");
  } else {
    log::Warning("not healthy", {{"error", status.message()}});
  }
  report_(status.ok());
}

}  // namespace triad::rpc
