// What the operating system says about this process.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace triad {

// Families with the names that every Prometheus client uses
// (process_cpu_seconds_total, process_resident_memory_bytes, …), and
// triad_memory_limit_bytes and triad_log_dropped_lines_total, read now. One that cannot be read
// is left out.
std::vector<prometheus::MetricFamily> CollectProcessMetrics();

// How much memory the process may use before the kernel ends it: the smallest of
// the machine's memory and the limits of the control groups that it is in, of
// version 2 or 1; nothing if none can be read. `root` is "/", or a directory that
// a test has made to look like it.
std::optional<double> MemoryLimitBytes(const std::string& root);

// How much of it may be held for clients, when nothing else is said: a quarter of the
// control group's limit; without one, of the machine's memory, and 1 GiB at most.
// `root` as above.
std::int64_t DefaultMemoryBudget(const std::string& root);

}  // namespace triad
