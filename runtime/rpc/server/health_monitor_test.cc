#include "runtime/rpc/server/health_monitor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/base/testing/fake_clock.h"

namespace triad::rpc {
namespace {

// A check whose answer the test sets; reports are written down.
class Patient {
 public:
  absl::Status Check() {
    MutexLock lock(mutex_);
    ++checks_;
    changed_.NotifyAll();
    while (hanging_) changed_.Wait(mutex_);
    return answer_;
  }
  // Checks that begin from now on do not come back while it is true.
  void Hang(bool hanging) {
    MutexLock lock(mutex_);
    hanging_ = hanging;
    changed_.NotifyAll();
  }
  void AwaitCheck() {
    MutexLock lock(mutex_);
    int until = checks_ + 1;
    while (checks_ < until) changed_.Wait(mutex_);
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
  bool hanging_ ABSL_GUARDED_BY(mutex_) = false;
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

TEST(HealthMonitorTest, IsNotHealthyWhileACheckHangs) {
  Patient patient;
  FakeClock clock;
  HealthMonitor monitor([&](absl::Duration) { return patient.Check(); },
                        [&](bool serving) { patient.Report(serving); },
                        {.period = absl::Milliseconds(1), .clock = &clock});
  patient.Hang(true);
  patient.AwaitCheck();
  clock.Advance(absl::Seconds(5));
  EXPECT_THAT(patient.AwaitReports(2), ::testing::ElementsAre(true, false));
  EXPECT_THAT(std::string(monitor.current().message()),
              ::testing::HasSubstr("the health check has not come back for 5s"));
  patient.Hang(false);
  EXPECT_THAT(patient.AwaitReports(3), ::testing::ElementsAre(true, false, true));
}

TEST(HealthMonitorTest, StepsOfTheWallClockChangeNothing) {
  Patient patient;
  FakeClock clock;
  HealthMonitor monitor([&](absl::Duration) { return patient.Check(); },
                        [&](bool serving) { patient.Report(serving); },
                        {.period = absl::Milliseconds(1), .clock = &clock});
  for (absl::Duration step : {-absl::Hours(1), absl::Minutes(1)}) {
    patient.Hang(true);
    patient.AwaitCheck();
    clock.Set(clock.Now() + step);
    EXPECT_TRUE(monitor.current().ok());
    patient.Hang(false);
    patient.AwaitTwoMoreChecks();
  }
  EXPECT_THAT(patient.AwaitReports(1), ::testing::ElementsAre(true));
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
