// Asks again and again whether the process can serve, and tells the truth on.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "runtime/base/background.h"
#include "runtime/base/clock.h"
#include "runtime/base/elapsed.h"
#include "runtime/base/mutex.h"

namespace triad::rpc {

// Thread-safe.
class HealthMonitor {
 public:
  // Says what is wrong; returns within about `timeout`.
  using Check = std::function<absl::Status(absl::Duration timeout)>;
  // Called after the first check and when what current() says changes: also when a
  // check has not come back. One call at a time.
  using Report = std::function<void(bool serving)>;

  struct Options {
    absl::Duration period = absl::Seconds(1);
    absl::Duration timeout = absl::Seconds(1);
    const Clock* clock = &Clock::System();  // not owned
  };

  // Makes the first check, then goes on in a thread of its own; another looks whether
  // that one still answers.
  HealthMonitor(Check check, Report report)
      : HealthMonitor(std::move(check), std::move(report), Options()) {}
  HealthMonitor(Check check, Report report, Options options);
  // Waits for a check that runs.
  ~HealthMonitor() = default;
  HealthMonitor(const HealthMonitor&) = delete;
  HealthMonitor& operator=(const HealthMonitor&) = delete;

  // The last answer. UNAVAILABLE when a check has not come back for much longer
  // than its timeout.
  absl::Status current() const;

 private:
  void Publish(const absl::Status& status);
  // Reports what current() says, if it was not told before.
  void Tell();

  const Check check_;
  const Report report_;
  const Options options_;
  mutable Mutex mutex_;
  std::optional<absl::Status> status_ ABSL_GUARDED_BY(mutex_);  // after the first check
  Stopwatch since_answer_ ABSL_GUARDED_BY(mutex_);
  Mutex telling_;
  std::optional<bool> told_ ABSL_GUARDED_BY(telling_);
  // Last: they use the rest.
  std::optional<Background> checks_;
  std::optional<Background> watch_;
};

}  // namespace triad::rpc
