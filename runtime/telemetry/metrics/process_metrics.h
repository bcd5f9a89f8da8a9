// What the operating system says about this process.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

namespace triad {

// Families with the names that every Prometheus client uses
// (process_cpu_seconds_total, process_resident_memory_bytes, …), and
// triad_memory_limit_bytes, read from /proc and /sys now. One that cannot be read
// is left out.
std::vector<prometheus::MetricFamily> CollectProcessMetrics();

}  // namespace triad
