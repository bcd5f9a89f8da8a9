#include "runtime/rpc/server/health_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace triad::rpc {
namespace {

// A check whose answer the test sets; reports are written down.
class Patient {
 public:
  absl::Status Check() {
    MutexLock lock(mutex_);
    ++checks_;
    changed_.NotifyAll();
    return answer_;
  }
  void Report(bool serving) {
    MutexLock lock(mutex_);
    reports_.push_back(serving);
    changed_.NotifyAll();
  }
  void Set(absl::Status answer) {
    MutexLock lock(mutex_);
    answer_ = std::move(answer);
  }
  std::vector<bool> AwaitReports(std::size_t count) {
    MutexLock lock(mutex_);
    while (reports_.size() < count) changed_.Wait(mutex_);
    return reports_;
  }
  void AwaitTwoMoreChecks() {
    MutexLock lock(mutex_);
    int until = checks_ + 2;
    while (checks_ < until) changed_.Wait(mutex_);
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  absl::Status answer_ ABSL_GUARDED_BY(mutex_);
  int checks_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<bool> reports_ ABSL_GUARDED_BY(mutex_);
};

TEST(HealthMonitorTest, ReportsTheFirstAnswerAndEveryChange) {
  Patient patient;
  HealthMonitor monitor([&](absl::Duration) { return patient.Check(); },
                        [&](bool serving) { patient.Report(serving); },
                        {.period = absl::Milliseconds(1)});
  EXPECT_TRUE(monitor.current().ok());
  patient.Set(absl::UnavailableError("database: disk I/O error"));
  EXPECT_THAT(patient.AwaitReports(2), ::testing::ElementsAre(true, false));
  EXPECT_EQ(monitor.current().message(), "database: disk I/O error");
  patient.Set(absl::OkStatus());
  EXPECT_THAT(patient.AwaitReports(3), ::testing::ElementsAre(true, false, true));
  patient.AwaitTwoMoreChecks();
  EXPECT_EQ(patient.AwaitReports(3).size(), 3);
}

TEST(HealthMonitorTest, IsNotHealthyBeforeTheFirstGoodAnswer) {
  Patient patient;
  patient.Set(absl::InternalError("no"));
  HealthMonitor monitor([&](absl::Duration) { return patient.Check(); },
                        [&](bool serving) { patient.Report(serving); });
  EXPECT_FALSE(monitor.current().ok());
  EXPECT_THAT(patient.AwaitReports(1), ::testing::ElementsAre(false));
}

}  // namespace
}  // namespace triad::rpc
