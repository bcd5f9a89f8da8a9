// A histogram that remembers, for each bucket, one trace that fell into it: an
// exemplar, which leads from a slow bucket of a dashboard to a slow request.
#pragma once

#include <prometheus/histogram.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/base/clock.h"
#include "runtime/base/mutex.h"

namespace triad {

struct Exemplar {
  std::string trace_id;
  double seconds = 0;
  absl::Time at;
};

// Thread-safe.
class LatencyHistogram {
 public:
  // `bounds` are those of `histogram`, which must outlive it, as must `clock`.
  LatencyHistogram(prometheus::Histogram& histogram,
                   const prometheus::Histogram::BucketBoundaries& bounds, const Clock& clock)
      : histogram_(histogram), bounds_(bounds), clock_(clock), exemplars_(bounds.size() + 1) {}

  // `trace_id` of a trace that is recorded, or empty.
  void Observe(double seconds, absl::string_view trace_id = {}) {
    histogram_.Observe(seconds);
    if (!trace_id.empty()) Remember(seconds, trace_id);
  }

  // The latest of each bucket, the one without a bound last.
  std::vector<std::optional<Exemplar>> exemplars() const {
    MutexLock lock(mutex_);
    return exemplars_;
  }

 private:
  void Remember(double seconds, absl::string_view trace_id) {
    auto bound = std::lower_bound(bounds_.begin(), bounds_.end(), seconds);
    auto bucket = static_cast<std::size_t>(bound - bounds_.begin());
    absl::Time now = clock_.Now();
    MutexLock lock(mutex_);
    exemplars_[bucket] = Exemplar{std::string(trace_id), seconds, now};
  }

  prometheus::Histogram& histogram_;
  const prometheus::Histogram::BucketBoundaries bounds_;
  const Clock& clock_;
  mutable Mutex mutex_;
  std::vector<std::optional<Exemplar>> exemplars_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace triad
