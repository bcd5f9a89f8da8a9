#include "runtime/telemetry/metrics/latency_histogram.h"

#include <algorithm>

namespace triad {

std::vector<std::optional<Exemplar>> LatencyHistogram::exemplars() const {
  MutexLock lock(mutex_);
  return exemplars_;
}

void LatencyHistogram::Remember(double seconds, absl::string_view trace_id) {
  auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), seconds);
  auto bucket = static_cast<std::size_t>(bound - bounds_.begin());
  absl::Time now = clock_.Now();
  MutexLock lock(mutex_);
  exemplars_[bucket] = Exemplar{std::string(trace_id), seconds, now};
}

}  // namespace triad
