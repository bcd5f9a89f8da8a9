#include "runtime/rpc/server/health_monitor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "runtime/telemetry/logs/log.h"

namespace triad::rpc {

HealthMonitor::HealthMonitor(Check check, Report report, Options options)
    : check_(std::move(check)), report_(std::move(report)), options_(options) {
  // The first answer is there before anybody can ask.
  Publish(check_(options_.timeout));
  thread_ = std::thread([this] { Loop(); });
}

HealthMonitor::~HealthMonitor() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  stopping_changed_.NotifyAll();
  thread_.join();
}

absl::Status HealthMonitor::current() const {
  MutexLock lock(mutex_);
  const absl::Duration silence = absl::Now() - answered_;
  if (silence > options_.period + 3 * options_.timeout) {
    return absl::UnavailableError(
        absl::StrCat("the health check has not come back for ", absl::FormatDuration(silence)));
  }
  return status_;
}

void HealthMonitor::Loop() {
  while (WaitForNext()) Publish(check_(options_.timeout));
}

void HealthMonitor::Publish(const absl::Status& status) {
  bool changed = false;
  {
    MutexLock lock(mutex_);
    changed = !checked_ || status_.ok() != status.ok();
    checked_ = true;
    status_ = status;
    answered_ = absl::Now();
  }
  if (!changed) return;
  if (status.ok()) {
    log::Info("healthy");
  } else {
    log::Warning("not healthy", {{"error", status.message()}});
  }
  report_(status.ok());
}

bool HealthMonitor::WaitForNext() {
  const absl::Time next = absl::Now() + options_.period;
  MutexLock lock(mutex_);
  while (!stopping_ && absl::Now() < next) {
    stopping_changed_.WaitFor(mutex_, next - absl::Now());
  }
  return !stopping_;
}

}  // namespace triad::rpc
