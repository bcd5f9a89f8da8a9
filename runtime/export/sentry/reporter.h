// Sends error reports to Sentry, or to what speaks its protocol.
//
// In the background, with a bounded queue: what does not fit, what the server
// asks to hold back, and what it does not take is dropped and counted.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/base/clock.h"
#include "runtime/http_client/post.h"
#include "runtime/telemetry/error_report.h"

namespace triad {
class Metrics;
}

namespace triad::error_reports {

struct ReporterOptions {
  std::string dsn = {};          // one of these two
  std::string dsn_file = {};     // read for each report, so that it may be rotated
  std::string ca_file = {};      // PEM; empty: the system's
  std::string service = {};      // of the binary
  std::string environment = {};  // may be empty
  std::size_t queue = 100;       // reports that may wait
  absl::Duration flush_timeout = absl::Seconds(3);  // at the end of the process
  const Clock* clock = &Clock::System();            // not owned
  http_client::PostPolicy post = {.attempts = 3, .retry_too_many = false};
};

class Reporter : public ErrorSink {
 public:
  // INVALID_ARGUMENT that names --sentry_dsn or --sentry_dsn_file. `metrics` must
  // outlive it. Destroying it sends what is left, within flush_timeout.
  static absl::StatusOr<std::unique_ptr<Reporter>> Start(ReporterOptions options, Metrics& metrics);

  // Waits until what there is has been sent or given up, for `timeout` at most.
  virtual void WaitUntilSent(absl::Duration timeout) = 0;
  // Sends what there is, now: for a process that is about to crash.
  virtual void Flush(absl::Duration timeout) = 0;
};

}  // namespace triad::error_reports
