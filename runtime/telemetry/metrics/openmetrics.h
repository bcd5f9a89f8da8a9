// OpenMetrics 1.0 text (https://github.com/prometheus/OpenMetrics), which is
// Prometheus' own format with exemplars.
#pragma once

#include <prometheus/metric_family.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/telemetry/metrics/latency_histogram.h"

namespace triad {

// Exemplars of one metric's buckets, in their order; empty if it has none.
using ExemplarsOf = std::function<std::vector<std::optional<Exemplar>>(
    const std::string& family, const prometheus::ClientMetric& metric)>;

// `families` must be counters (named `_total`), gauges and histograms.
std::string OpenMetricsText(const std::vector<prometheus::MetricFamily>& families,
                            const ExemplarsOf& exemplars_of);

}  // namespace triad
