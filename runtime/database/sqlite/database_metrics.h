// What a database tells about itself.
#pragma once

#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <string>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "runtime/telemetry/metrics/latency_histogram.h"
#include "runtime/telemetry/traces/request_context.h"

namespace triad {
class Metrics;
}

namespace triad::db::sqlite {

class Connection;

// Null members if there are no metrics.
struct DatabaseMetrics {
  explicit DatabaseMetrics(Metrics* metrics);

  LatencyHistogram* read = nullptr;
  LatencyHistogram* write = nullptr;
  prometheus::Histogram* group_size = nullptr;
  prometheus::Gauge* queue = nullptr;
};

// Registers the sizes of the files of the database at `path`, and the most that
// it may grow to, which `connection` knows.
absl::Status ReportSizes(Metrics& metrics, const std::string& path, Connection& connection);

// Observes, at the end of its scope, how long that took.
class Timer {
 public:
  explicit Timer(LatencyHistogram* histogram)
      : histogram_(histogram), start_(histogram == nullptr ? absl::Time() : absl::Now()) {}
  ~Timer() {
    if (histogram_ == nullptr) return;
    histogram_->Observe(absl::ToDoubleSeconds(absl::Now() - start_), CurrentRecordedTrace());
  }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

 private:
  LatencyHistogram* const histogram_;
  const absl::Time start_;
};

// Counts, for as long as it lives, one more that waits.
class Waiting {
 public:
  explicit Waiting(prometheus::Gauge* gauge) : gauge_(gauge) {
    if (gauge_ != nullptr) gauge_->Increment();
  }
  ~Waiting() {
    if (gauge_ != nullptr) gauge_->Decrement();
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  prometheus::Gauge* const gauge_;
};

}  // namespace triad::db::sqlite
